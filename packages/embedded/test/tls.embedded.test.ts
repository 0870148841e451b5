import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'

const missing = spawnSync('openssl', ['version']).error !== undefined
if (missing) console.warn('skipped: TLS, because there is no openssl on this computer')

// The certificate is made anew for each run, and Node cannot make one by itself.
describe.skipIf(missing)('TLS', () => {
  let folder: string
  let cert: string
  let kafka: EmbeddedKafka

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-tls-'))
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
    const made = spawnSync('openssl', ['req', ...kind, ...subject, '-keyout', 'key', '-out', 'cert'], {
      cwd: folder,
    })
    expect(made.status).toBe(0)
    cert = await readFile(join(folder, 'cert'), 'utf8')
    const key = await readFile(join(folder, 'key'), 'utf8')
    kafka = await startKafka({
      brokers: 2,
      topics: { t: {} },
      tls: { key, cert },
      sasl: { mechanisms: ['SCRAM-SHA-512'], users: { ada: 'secret' } },
    })
  })
  afterAll(async () => {
    await kafka?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const client = (ssl: boolean | { ca: string }): Kafka =>
    new Kafka({
      brokers: kafka.bootstrapServers.split(','),
      ssl,
      sasl: { mechanism: 'scram-sha-512', username: 'ada', password: 'secret' },
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    })

  it('carries a client with SASL, to all brokers', async () => {
    const producer = client({ ca: cert }).producer()
    await producer.connect()
    await producer.send({ topic: 't', messages: [{ value: 'over TLS' }] })
    await producer.disconnect()
    expect((await kafka.records('t')).map(({ value }) => String(value))).toEqual(['over TLS'])
  })

  it('is nothing for a client that does not trust the certificate', async () => {
    const admin = client(true).admin()
    await expect(admin.connect()).rejects.toThrow(/self-signed certificate/u)
    await admin.disconnect()
  })

  it('does not keep a broker from stopping while somebody is silent', async () => {
    const socket = connect(kafka.broker(2).port, '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    await kafka.broker(2).stop()
    if (!socket.closed) await once(socket, 'close')
    await kafka.broker(2).start()
    const admin = client({ ca: cert }).admin()
    await admin.connect()
    expect((await admin.describeCluster()).brokers).toHaveLength(2)
    await admin.disconnect()
  })
})
