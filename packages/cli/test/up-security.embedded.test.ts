import { Kafka, logLevel, type KafkaConfig } from 'kafkajs'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refused, up } from './run-up.ts'

const alice = ['--sasl-user', 'alice:s3:cret'] as const

/** The topics that a client finds. */
async function topicsAt(port: number, more: Omit<KafkaConfig, 'brokers'>): Promise<string[]> {
  const brokers = [`127.0.0.1:${port}`]
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 }, ...more })
  const admin = kafka.admin()
  try {
    await admin.connect()
    return await admin.listTopics()
  } finally {
    await admin.disconnect()
  }
}

describe('headwater up --sasl-user', () => {
  it('lets in who knows the password, by every mechanism, and nobody else', async () => {
    await using running = await up(...alice, '--sasl-user', 'bob:b', '--topic', 'orders')
    const { port, printed } = running
    for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
      const sasl = { mechanism, username: 'alice', password: 's3:cret' } as KafkaConfig['sasl']
      expect(await topicsAt(port, { sasl: sasl! })).toEqual(['orders'])
    }
    const wrong = { mechanism: 'plain', username: 'alice', password: 's3' } as const
    await expect(topicsAt(port, { sasl: wrong })).rejects.toThrow(/authenticat/i)
    const bob = { mechanism: 'plain', username: 'bob', password: 'b' } as const
    expect(await topicsAt(port, { sasl: bob })).toEqual(['orders'])
    await expect(topicsAt(port, {})).rejects.toThrow()
    expect(printed).toMatch(
      /^Clients need +SASL_PLAINTEXT, PLAIN or SCRAM-SHA-256 or SCRAM-SHA-512, as alice or bob$/m,
    )
    expect(printed).not.toContain('s3')
  })

  it('takes only the mechanisms that --sasl-mechanism names', async () => {
    await using running = await up(...alice, '--sasl-mechanism', 'SCRAM-SHA-512', '--topic', 'orders')
    const account = { username: 'alice', password: 's3:cret' }
    const scram = { mechanism: 'scram-sha-512', ...account } as const
    expect(await topicsAt(running.port, { sasl: scram })).toEqual(['orders'])
    const plain = { mechanism: 'plain', ...account } as const
    await expect(topicsAt(running.port, { sasl: plain })).rejects.toThrow(
      /does not support the requested SASL mechanism/,
    )
    expect(running.printed).toContain('-X sasl.mechanisms=SCRAM-SHA-512 -X sasl.username=alice')
    expect(running.printed).toContain("sasl: { mechanism: 'scram-sha-512', username: 'alice'")
  })

  it.each([
    [['--sasl-mechanism', 'PLAIN'], 'nobody could log in'],
    [['--sasl-mechanism', 'OAUTHBEARER', ...alice], 'Allowed choices are PLAIN'],
    [['--sasl-user', 'alice'], 'Write name:password'],
    [['--sasl-user', 'alice:'], 'Write name:password'],
    [['--sasl-user', ':s3cret'], 'Write name:password'],
    [[...alice, ...alice], 'User alice is named twice'],
  ])('refuses %j', async (args, why) => {
    const { exitCode, err } = await refused(...args)
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining(why) })
  })
})

const missing = spawnSync('openssl', ['version']).error !== undefined
if (missing) console.warn('skipped: --tls-cert, because there is no openssl on this computer')

// The certificate is made anew for each run, and Node cannot make one by itself.
describe.skipIf(missing)('headwater up --tls-cert --tls-key', () => {
  let folder: string
  let cert: string
  let key: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-up-tls-'))
    ;[cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
    const kind = [
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
    ]
    const files = ['-keyout', key, '-out', cert]
    expect(spawnSync('openssl', ['req', ...kind, ...subject, ...files]).status).toBe(0)
  })

  afterAll(() => rm(folder, { recursive: true }))

  it('speaks TLS alone, with SASL inside if wanted', async () => {
    const ssl = { ca: await readFile(cert, 'utf8') }
    const sasl = { mechanism: 'plain', username: 'alice', password: 's3:cret' } as const
    await using running = await up('--tls-cert', cert, '--tls-key', key, ...alice, '--topic', 'orders')
    expect(await topicsAt(running.port, { ssl, sasl })).toEqual(['orders'])
    await expect(topicsAt(running.port, { ssl: true, sasl })).rejects.toThrow(/self.signed/)
    await expect(topicsAt(running.port, { sasl })).rejects.toThrow()
    expect(running.printed).toContain(`SASL_SSL, certificate ${cert}, PLAIN or`)
    expect(running.printed).toContain(`-X security.protocol=SASL_SSL -X ssl.ca.location=${cert} -X sasl`)
    expect(running.printed).toContain(`ssl: { ca: readFileSync('${cert}', 'utf8') }, sasl: {`)
    expect(await running.end('SIGTERM')).toEqual({ exitCode: 0, last: 'Stopped.' })
  })

  it('needs no user', async () => {
    await using running = await up('--tls-cert', cert, '--tls-key', key)
    expect(await topicsAt(running.port, { ssl: { ca: await readFile(cert, 'utf8') } })).toEqual([])
    expect(running.printed).toMatch(/^Clients need +SSL, certificate .*cert\.pem$/m)
  })

  it('refuses one without the other, files that are not there, and what is no certificate', async () => {
    const garbage = join(folder, 'garbage.pem')
    await writeFile(garbage, 'no certificate')
    expect((await refused('--tls-cert', cert)).err).toContain('--tls-cert and --tls-key go together')
    expect((await refused('--tls-key', key)).err).toContain('--tls-cert and --tls-key go together')
    expect((await refused('--tls-cert', join(folder, 'nothing'), '--tls-key', key)).err).toContain(
      'cannot read',
    )
    expect((await refused('--tls-cert', garbage, '--tls-key', key)).err).toContain('are not a certificate')
    expect((await refused('--tls-cert', cert, '--tls-key', garbage)).err).toContain('are not a certificate')
  })
})
