import { ConfigError, describeConfig, loadConfig, type ConfigSource } from '@headwater/config'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployed, problemsOf } from './problems-of.ts'

const CANARY = 'canary:Xq7-vT2'
const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

/** What must be set beside a secret for it to be accepted. */
const BESIDE: Readonly<Record<string, ConfigSource>> = {
  KAFKA_SASL_PASSWORD: {
    KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: 'orders',
  },
  KAFKA_SSL_KEY_PASSWORD: {
    KAFKA_SECURITY_PROTOCOL: 'SSL',
    KAFKA_SSL_CERT_LOCATION: fixture('client.pem'),
    KAFKA_SSL_KEY_LOCATION: fixture('client-key.pem'),
  },
  SCHEMA_REGISTRY_PASSWORD: { SCHEMA_REGISTRY_URL: 'http://registry', SCHEMA_REGISTRY_USER: 'orders' },
}

const secrets = describeConfig()
  .filter((row) => row.secret)
  .flatMap((row) =>
    [row.variable, ...row.aliases].map((name) => ({ name, beside: BESIDE[row.variable] ?? {} })),
  )

/** Every way in which people print an object. */
function printed(value: unknown): string {
  const ways = [
    JSON.stringify(value),
    JSON.stringify(value, null, 2),
    inspect(value, { depth: Infinity, showHidden: true, getters: true }),
    inspect({ nested: [value] }, { depth: Infinity }),
    format('%s %o %O %j', value, value, value, value),
    String(value),
    `${value as string}`,
  ]
  return ways.join('\n')
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-config-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function fileWith(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('secrets', () => {
  it('are the nine that the table says, and an alias', () => {
    expect(secrets.map(({ name }) => name)).toEqual([
      'KAFKA_SASL_PASSWORD',
      'KAFKA_PASSWORD',
      'KAFKA_SSL_KEY_PASSWORD',
      'SCHEMA_REGISTRY_PASSWORD',
      'EMAIL_API_KEYS',
      'WHATSAPP_APP_SECRET',
      'WHATSAPP_VERIFY_TOKEN',
      'MAILGUN_SIGNING_KEY',
      'POSTMARK_BASIC_AUTH',
      'WEB_FORM_TOKEN_SECRET',
    ])
  })

  it.each(secrets)('hide $name in a printed configuration, yet hand it out', ({ name, beside }) => {
    const config = loadConfig({ ...deployed, ...beside, [name]: CANARY })
    expect(printed(config)).not.toContain(CANARY)
    expect(printed(config.connection)).not.toContain(CANARY)
    expect(JSON.stringify(config)).toContain('[redacted]')
    expect(inspect(config, { depth: Infinity })).toContain('[redacted]')
    const plain = [config.connection.sasl, config.connection.tls, config.registry, config.channels]
    expect(plain.flatMap((part) => Object.values(part ?? {})).flat()).toContain(CANARY)
  })

  it.each(secrets)('hide $name in warnings, of which white space is one', ({ name, beside }) => {
    const config = loadConfig({ ...deployed, ...beside, [name]: `${CANARY} ` })
    expect(config.warnings).toMatchObject([{ variable: name, shape: 'a string of 15 characters' }])
    expect(printed(config)).not.toContain(CANARY)
  })

  it.each(secrets)('hide $name in an error about something else', ({ name, beside }) => {
    const source = {
      ...deployed,
      ...beside,
      [name]: CANARY,
      LOG_LEVEL: 'loud',
      KAFKA_SASL_MECHANISM: 'PLAIN',
    }
    expect(printedError(source)).not.toContain(CANARY)
  })

  it.each(secrets)('hide $name in an error about itself', ({ name, beside }) => {
    const tooLong = `${CANARY}${'x'.repeat(2000)}`
    const conflicting = {
      ...deployed,
      ...beside,
      [name]: CANARY,
      [`${name}_FILE`]: fileWith(name, `${CANARY}-other`),
    }
    expect(printedError(conflicting)).not.toContain(CANARY)
    for (const value of [tooLong, ',', CANARY]) {
      const text = printedError({ ...deployed, [name]: value, KAFKA_SECURITY_PROTOCOL: 'nonsense' })
      expect(text).not.toContain(CANARY)
    }
  })

  it.each(secrets)('come from the file that $name_FILE names', ({ name, beside }) => {
    const path = fileWith(name, `${CANARY}\n`)
    const fromFile = loadConfig({ ...deployed, ...beside, [`${name}_FILE`]: path })
    const direct = loadConfig({ ...deployed, ...beside, [name]: CANARY })
    expect(fromFile).toEqual(direct)
    expect(printed(fromFile)).not.toContain(CANARY)
  })

  it.each(secrets)('hide what was put into $name_FILE instead of a path', ({ name, beside }) => {
    const source = { ...deployed, ...beside, [`${name}_FILE`]: CANARY }
    const [problem] = problemsOf(source)
    expect(problem).toMatchObject({ variable: `${name}_FILE`, problem: 'names a file that does not exist' })
    expect(printedError(source)).not.toContain(CANARY)
  })

  it('keep all but one line break of their file', () => {
    const path = fileWith('spaces', ' s3cret \r\n\n')
    const beside = BESIDE['KAFKA_SASL_PASSWORD']
    const config = loadConfig({ ...deployed, ...beside, KAFKA_SASL_PASSWORD_FILE: path })
    expect(config.connection.sasl).toMatchObject({ password: ' s3cret \r\n' })
    // Refused credentials would not say why.
    expect(config.warnings).toMatchObject([
      {
        variable: 'KAFKA_SASL_PASSWORD_FILE',
        problem: 'names a file that begins or ends with white space, which counts as part of the secret',
      },
    ])
    expect(printed(config.warnings)).not.toContain('s3cret')
  })

  it('stand one a line in a file of several, too', () => {
    const path = fileWith('keys', 'key-old\nkey-new\r\n')
    const { channels, warnings } = loadConfig({ ...deployed, EMAIL_API_KEYS_FILE: path })
    expect(channels.emailApiKeys).toEqual(['key-old', 'key-new'])
    expect(warnings).toEqual([])
  })

  it('may not come from an empty file or a folder', () => {
    const beside = { ...deployed, ...BESIDE['KAFKA_SASL_PASSWORD'] }
    for (const content of ['', '\n', ' \n\n']) {
      const empty = problemsOf({ ...beside, KAFKA_SASL_PASSWORD_FILE: fileWith('empty', content) })
      expect(empty).toMatchObject([{ problem: 'names a file that is empty' }])
    }
    expect(problemsOf({ ...beside, KAFKA_SASL_PASSWORD_FILE: folder })).toMatchObject([
      { problem: 'names a folder, not a file' },
    ])
  })

  it('hide a private key, and a PEM text where a path belongs', () => {
    const config = loadConfig({ ...deployed, ...BESIDE['KAFKA_SSL_KEY_PASSWORD'] })
    expect(config.connection.tls).toMatchObject({ key: expect.stringContaining('BEGIN PRIVATE KEY') })
    expect(printed(config)).not.toContain('PRIVATE KEY')
    const text = printedError({
      ...deployed,
      KAFKA_SECURITY_PROTOCOL: 'SSL',
      KAFKA_SSL_CERT_LOCATION: fixture('client.pem'),
      KAFKA_SSL_KEY_LOCATION: `-----BEGIN PRIVATE KEY-----\n${CANARY}\n`,
    })
    expect(text).toContain('holds a PEM text instead of the path of a file')
    expect(text).not.toContain(CANARY)
  })

  it('hide in a broker list and in a registry address, too', () => {
    const text = printedError({
      ...deployed,
      KAFKA_BOOTSTRAP_SERVERS: `${CANARY}@a:1`,
      SCHEMA_REGISTRY_URL: `http://${CANARY}@r`,
    })
    expect(text).not.toContain(CANARY)
  })

  it('stay plain strings for what connects, also in a copy', () => {
    const { sasl } = loadConfig({
      ...deployed,
      ...BESIDE['KAFKA_SASL_PASSWORD'],
      KAFKA_PASSWORD: CANARY,
    }).connection
    expect({ ...sasl }).toStrictEqual({ mechanism: 'scram-sha-512', username: 'orders', password: CANARY })
  })
})

function printedError(source: ConfigSource): string {
  try {
    loadConfig(source)
  } catch (thrown) {
    if (thrown instanceof ConfigError) return `${thrown.message}\n${thrown.stack}\n${printed(thrown)}`
    throw thrown
  }
  throw new Error('the configuration was accepted')
}
