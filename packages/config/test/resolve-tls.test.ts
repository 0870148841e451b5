import { loadConfig, type ConfigSource } from '@headwater/config'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployed, problemsOf } from './problems-of.ts'

const certificate = fileURLToPath(new URL('fixtures/client.pem', import.meta.url))
const key = fileURLToPath(new URL('fixtures/client-key.pem', import.meta.url))
const ssl = { ...deployed, KAFKA_SECURITY_PROTOCOL: 'SSL' }
const mutual = { ...ssl, KAFKA_SSL_CERT_LOCATION: certificate, KAFKA_SSL_KEY_LOCATION: key }

let folder: string
let encryptedKey: string
let otherKey: string
let note: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-tls-'))
  const written = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const format = { type: 'pkcs8', format: 'pem' } as const
  const cipher = { cipher: 'aes-256-cbc', passphrase: 'hunter2' }
  encryptedKey = written(
    'encrypted.pem',
    createPrivateKey(readFileSync(key)).export({ ...format, ...cipher }),
  )
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  otherKey = written('other.pem', other.export(format))
  note = written('note.txt', 'not a certificate')
})
afterAll(() => rmSync(folder, { recursive: true }))

function problems(source: ConfigSource): readonly (readonly [variable: string, problem: string])[] {
  return problemsOf(source).map(({ variable, problem }) => [variable, problem])
}

describe('resolveTls', () => {
  it('trusts the public authorities when no file is named', () => {
    expect(loadConfig(ssl).connection.tls).toBe(true)
    expect(loadConfig(deployed).connection.tls).toBeUndefined()
  })

  it('gives what tls.connect takes', () => {
    const { tls } = loadConfig({ ...mutual, KAFKA_SSL_CA_LOCATION: certificate }).connection
    expect(tls).toMatchObject({
      ca: readFileSync(certificate, 'utf8'),
      cert: expect.any(String),
      key: expect.any(String),
    })
    expect(() => createSecureContext(tls as SecureContextOptions)).not.toThrow()
  })

  it('opens an encrypted key with its password', () => {
    const source = { ...mutual, KAFKA_SSL_KEY_LOCATION: encryptedKey, KAFKA_SSL_KEY_PASSWORD: 'hunter2' }
    expect(loadConfig(source).connection.tls).toMatchObject({ passphrase: 'hunter2' })
  })

  it.each([
    [
      'a wrong key password',
      () => ({ KAFKA_SSL_KEY_LOCATION: encryptedKey, KAFKA_SSL_KEY_PASSWORD: 'wrong' }),
    ],
    ['an encrypted key without password', () => ({ KAFKA_SSL_KEY_LOCATION: encryptedKey })],
    ['a key of another certificate', () => ({ KAFKA_SSL_KEY_LOCATION: otherKey })],
  ])('refuses %s', (_, source) => {
    expect(problems({ ...mutual, ...source() })).toEqual([
      ['KAFKA_SSL_KEY_LOCATION', expect.stringContaining('do not make a TLS identity')],
    ])
  })

  it.each(['KAFKA_SSL_CA_LOCATION', 'KAFKA_SSL_CERT_LOCATION', 'KAFKA_SSL_KEY_LOCATION'])(
    'refuses a missing file, a folder and a file without PEM in %s',
    (name) => {
      expect(problems({ ...mutual, [name]: join(folder, 'none.pem') })).toEqual([
        [name, 'names a file that does not exist'],
      ])
      expect(problems({ ...mutual, [name]: folder })).toEqual([[name, 'names a folder, not a file']])
      expect(problems({ ...mutual, [name]: note })).toEqual([
        [name, expect.stringContaining('without a PEM')],
      ])
    },
  )

  it('wants certificate and key together', () => {
    const { KAFKA_SSL_KEY_LOCATION: _key, ...withoutKey } = mutual
    const { KAFKA_SSL_CERT_LOCATION: _cert, ...withoutCert } = mutual
    expect(problems(withoutKey)).toEqual([['KAFKA_SSL_KEY_LOCATION', expect.stringContaining('is missing')]])
    expect(problems(withoutCert)).toEqual([
      ['KAFKA_SSL_CERT_LOCATION', expect.stringContaining('is missing')],
    ])
    expect(problems({ ...ssl, KAFKA_SSL_KEY_PASSWORD: 'x' })).toEqual([
      ['KAFKA_SSL_KEY_LOCATION', expect.stringContaining('is missing')],
    ])
  })

  it('refuses TLS files under a protocol that does not encrypt, rather than connect in the clear', () => {
    expect(
      problems({ ...mutual, SSL_CA_LOCATION: certificate, KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT' }),
    ).toEqual([
      ['KAFKA_SSL_CA_LOCATION', 'is set, but KAFKA_SECURITY_PROTOCOL does not encrypt'],
      ['KAFKA_SSL_CERT_LOCATION', 'is set, but KAFKA_SECURITY_PROTOCOL does not encrypt'],
      ['KAFKA_SSL_KEY_LOCATION', 'is set, but KAFKA_SECURITY_PROTOCOL does not encrypt'],
    ])
  })
})
