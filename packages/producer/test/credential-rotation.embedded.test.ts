import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsOptions } from 'node:tls'
import type { ConnectionSettings, Credentials } from '@headwater/base'
import { startKafka, type EmbeddedKafka, type SaslOptions } from '@headwater/embedded'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProducer, type Producer } from '../src/index.ts'
import { until } from './producers.ts'
import { startSteadyLoad } from './steady-load.ts'

const quick = { retryBackoffMs: 5, retryBackoffMaxMs: 20, requestTimeoutMs: 2000 }

describe('a rotation of credentials under load', () => {
  const start = (sasl: SaslOptions): Promise<EmbeddedKafka> =>
    startKafka({ brokers: 2, topics: { orders: { partitions: 4 } }, sasl })
  const producerFor = (kafka: EmbeddedKafka, given: Omit<ConnectionSettings, 'brokers'>): Producer =>
    createProducer({ connection: { brokers: kafka.bootstrapServers.split(','), ...given }, ...quick })

  it('goes over to another SCRAM user with the next session, and loses nothing when the old one has no rights', async () => {
    await using kafka = await start({
      mechanisms: ['SCRAM-SHA-512'],
      users: { 'orders-1': 'one', 'orders-2': 'two' },
      sessionLifetimeMs: 400,
    })
    const asked: string[] = []
    let current = 1
    await using producer = producerFor(kafka, {
      credentials: () => {
        asked.push(`orders-${current}`)
        const password = current === 1 ? 'one' : 'two'
        return { sasl: { mechanism: 'scram-sha-512', username: `orders-${current}`, password } }
      },
    })
    const load = startSteadyLoad(producer, kafka, 4)
    // Sessions end and are renewed, and nobody notices.
    await until(() => asked.length >= 6)
    current = 2
    const before = asked.length
    // Both brokers have got a connection of the new user, so none of the old is left.
    await until(() => asked.length >= before + 4)
    for (const operations of [['Write'], ['Describe']] as const)
      kafka.deny({ topic: 'orders', operations, principal: 'User:orders-1' })
    const atDenial = load.count
    await until(() => load.count > atDenial + 100)
    await load.stop()
  })

  it('waits with records while brokers refuse the old OAuth token and the new one is not there yet', async () => {
    let valid = 'token-1'
    let refused = 0
    await using kafka = await start({
      mechanisms: ['OAUTHBEARER'],
      validateToken: (token) => {
        if (token === valid) return { principal: 'ada' }
        refused++
        return undefined
      },
      sessionLifetimeMs: 300,
    })
    let issued = 'token-1'
    const sasl = { mechanism: 'oauthbearer', token: async () => issued } as const
    await using producer = producerFor(kafka, { sasl })
    const load = startSteadyLoad(producer, kafka, 4)
    await until(() => load.count > 100)
    valid = 'token-2'
    await until(() => refused > 5)
    issued = 'token-2'
    const delivered = producer.stats().delivered
    await until(() => producer.stats().delivered > delivered + 100)
    await load.stop()
  })
})

const hasOpenssl = spawnSync('openssl', ['version']).error === undefined
if (!hasOpenssl) console.warn('skipped: client certificates, because there is no openssl on this computer')

// Certificates are made anew for each run, and Node cannot make one by itself.
describe.runIf(hasOpenssl)('a rotation of client certificates under load', () => {
  let folder: string
  const inFolder = (name: string): Promise<string> => readFile(join(folder, name), 'utf8')

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-rotation-'))
    const kind = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1'.split(' ')
    for (const name of ['broker', 'client-1', 'client-2']) {
      const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
      const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`]
      expect(spawnSync('openssl', ['req', ...kind, ...subject, ...files], { cwd: folder }).status).toBe(0)
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('takes what lies on the disk with the next connection, and loses nothing when brokers refuse the old', async () => {
    const tls: TlsOptions = {
      key: await inFolder('broker.key'),
      cert: await inFolder('broker.crt'),
      requestCert: true,
      ca: [await inFolder('client-1.crt')],
    }
    await using kafka = await startKafka({
      brokers: 2,
      topics: { orders: { partitions: 4, replicationFactor: 2 } },
      tls,
    })
    /** Replaces the file in one step, so that nobody reads half of it. */
    const put = async (name: string): Promise<void> => {
      await writeFile(join(folder, 'next'), (await inFolder(`${name}.crt`)) + (await inFolder(`${name}.key`)))
      await rename(join(folder, 'next'), join(folder, 'client.pem'))
    }
    await put('client-1')
    const credentials = async (): Promise<Credentials> => {
      const pem = await inFolder('client.pem')
      return { tls: { ca: await inFolder('broker.crt'), cert: pem, key: pem } }
    }
    const connection = { brokers: kafka.bootstrapServers.split(','), credentials }
    await using producer = createProducer({ connection, ...quick })
    const load = startSteadyLoad(producer, kafka, 4)
    await until(() => load.count > 100)
    // One broker knows the new certificate only, before the client has it; the other still takes the old.
    tls.ca = [await inFolder('client-2.crt')]
    await kafka.broker(1).stop()
    await kafka.broker(1).start()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await put('client-2')
    await kafka.broker(2).stop()
    await kafka.broker(2).start()
    const delivered = producer.stats().delivered
    await until(() => producer.stats().delivered > delivered + 100)
    await load.stop()
  })
})
