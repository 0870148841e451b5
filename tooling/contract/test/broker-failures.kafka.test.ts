import { canStartRealKafka, startRealKafka, uniqueTopic, type RealKafka } from '@headwater/kafka'
import { createProducer, type ProducerOptions } from '@headwater/producer'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { compareWithLog, readTopic, startLoad, type LoadResult } from '../src/index.ts'

const possible = await canStartRealKafka()
const none = { lost: 0, duplicated: 0, reordered: 0, misplaced: 0 }

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(!possible)('a producer on three real brokers', () => {
  let kafka: RealKafka

  beforeAll(async () => {
    kafka = await startRealKafka({
      nodes: 3,
      controller: 'own-process',
      sasl: {
        mechanism: 'SCRAM-SHA-512',
        users: { headwater: 'stream-7', successor: 'stream-8' },
        maxReauthMs: 2000,
      },
    })
  }, 180_000)

  afterAll(() => kafka?.close())

  const brokers = (): readonly string[] => kafka.bootstrapServers.split(',')

  const createTopic = async (): Promise<string> => {
    const topic = uniqueTopic('failures')
    const admin = new Kafka({ brokers: [...brokers()], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const configEntries = [{ name: 'min.insync.replicas', value: '2' }]
    await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic, numPartitions: 6, replicationFactor: 3, configEntries }],
    })
    await admin.disconnect()
    return topic
  }

  /** Sends a steady load while `happen` happens, and compares what was acknowledged with the log. */
  const underLoad = async (
    options: Partial<ProducerOptions>,
    perSecond: number,
    happen: () => Promise<void>,
  ): Promise<{ load: LoadResult; report: ReturnType<typeof compareWithLog> }> => {
    const topic = await createTopic()
    const producer = createProducer({
      connection: { brokers: brokers(), clientId: 'failures' },
      requestTimeoutMs: 5000,
      deliveryTimeoutMs: 60_000,
      ...options,
    } as ProducerOptions)
    await producer.ready({ timeoutMs: 20_000 })
    const running = startLoad(producer, { topic, perSecond, keys: 200 })
    await happen()
    const load = await running.end()
    const { undelivered } = await producer.close({ timeoutMs: 10_000 })
    expect(undelivered).toEqual([])
    const report = compareWithLog(load.acknowledged, await readTopic(brokers(), topic))
    console.log(
      `${load.acknowledged.length} acknowledged, longest stall ${Math.round(load.longestStallMs)} ms, failed ${JSON.stringify(load.failed)}`,
    )
    return { load, report }
  }

  it('loses, doubles and reorders nothing when a broker is killed and comes back', async () => {
    const { load, report } = await underLoad({}, 3000, async () => {
      await after(2000)
      await kafka.kill(1)
      await after(8000)
      await kafka.start(1)
      await after(3000)
    })
    expect(load.failed).toEqual({})
    expect(report).toMatchObject({ ...none, stored: load.acknowledged.length })
  }, 120_000)

  it('loses, doubles and reorders nothing when a broker is frozen for 20 s', async () => {
    const { load, report } = await underLoad({}, 3000, async () => {
      await after(1000)
      await kafka.freeze(2)
      await after(20_000)
      await kafka.thaw(2)
      await after(2000)
    })
    expect(load.failed).toEqual({})
    expect(report).toMatchObject({ ...none, stored: load.acknowledged.length })
  }, 120_000)

  it('goes on over new connections when SASL sessions last two seconds', async () => {
    const sasl = { mechanism: 'scram-sha-512', username: 'headwater', password: 'stream-7' } as const
    const connection = { brokers: kafka.saslBootstrapServers!.split(','), clientId: 'sessions', sasl }
    const states: string[] = []
    const hooks = { onStateChange: ({ to }: { to: string }) => void states.push(to) }
    const { load, report } = await underLoad({ connection, hooks }, 3000, () => after(9000))
    expect(load.failed).toEqual({})
    expect(report).toMatchObject({ ...none, stored: load.acknowledged.length })
    // Sessions were replaced, not lost: no connection was cut by the broker.
    expect(states).not.toContain('disconnected')
  }, 60_000)

  it('goes over to other credentials with the next sessions, and finds brokers behind seeds that are gone', async () => {
    const asked: string[] = []
    let current = { username: 'headwater', password: 'stream-7' }
    const connection = {
      brokers: ['127.0.0.1:1', '127.0.0.1:2', ...kafka.saslBootstrapServers!.split(',')],
      clientId: 'rotation',
      credentials: async () => {
        asked.push(current.username)
        return { sasl: { mechanism: 'scram-sha-512', ...current } as const }
      },
    }
    const states: string[] = []
    const hooks = { onStateChange: ({ to }: { to: string }) => void states.push(to) }
    const { load, report } = await underLoad({ connection, hooks }, 3000, async () => {
      await after(3000)
      current = { username: 'successor', password: 'stream-8' }
      await after(5000)
    })
    expect(load.failed).toEqual({})
    expect(report).toMatchObject({ ...none, stored: load.acknowledged.length })
    // Every broker got the new ones twice at least, and none had to cut a connection once there was one.
    expect(asked.filter((name) => name === 'successor').length).toBeGreaterThanOrEqual(6)
    expect(states.slice(states.indexOf('connected'))).not.toContain('disconnected')
  }, 60_000)

  it('is not ready while all brokers stand still, and is again when they go on', async () => {
    await using producer = createProducer({ connection: { brokers: brokers() } })
    await producer.ready({ timeoutMs: 20_000 })
    await Promise.all([0, 1, 2].map((id) => kafka.freeze(id)))
    // A process stands still some moments after it was told to.
    const isNotReady = async (): Promise<void> => {
      const ready = producer.ready({ timeoutMs: 1000, maxAgeMs: 0 })
      await expect(ready).rejects.toMatchObject({ code: 'NOT_READY' })
    }
    await vi.waitFor(isNotReady, { timeout: 10_000, interval: 100 })
    await Promise.all([0, 1, 2].map((id) => kafka.thaw(id)))
    await producer.ready({ timeoutMs: 20_000, maxAgeMs: 0 })
  }, 60_000)

  it('connects once to each broker for 1,000 concurrent sends on a cold producer', async () => {
    const topic = await createTopic()
    await using producer = createProducer({ connection: { brokers: brokers() } })
    const receipts = await Promise.all(
      Array.from({ length: 1000 }, (_, i) =>
        producer.send({ topic, key: `k${i % 50}`, value: `k${i % 50}/${i}` }),
      ),
    )
    expect(receipts).toHaveLength(1000)
    expect(producer.stats().connections).toBeLessThanOrEqual(3)
    expect(await readTopic(brokers(), topic)).toHaveLength(1000)
  })
})
