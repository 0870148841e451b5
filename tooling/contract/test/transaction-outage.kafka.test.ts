import { canStartRealKafka, startRealKafka, uniqueTopic, type RealKafka } from '@headwater/kafka'
import { createProducer } from '@headwater/producer'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { committedValues } from '../src/committed-values.ts'
import { javaCommittedValues } from '../src/java-committed-values.ts'
import { kcatCommittedValues } from '../src/kcat-committed-values.ts'

const possible = await canStartRealKafka()
const partitions = 6
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What a loop of transactions came to: their names by how they ended. */
type Ends = Record<'committed' | 'unknown' | 'aborted', string[]>

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(!possible)('transactions on three real brokers', () => {
  let kafka: RealKafka

  beforeAll(async () => {
    kafka = await startRealKafka({ nodes: 3, controller: 'own-process' })
  }, 180_000)
  afterAll(() => kafka?.close(), 60_000)

  const brokers = (): string[] => kafka.bootstrapServers.split(',')

  it('are whole or not there, to kafkajs, Java and librdkafka, though brokers are killed and one is frozen', async () => {
    const topic = uniqueTopic('transactions')
    const admin = new Kafka({ brokers: brokers(), logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const configEntries = [{ name: 'min.insync.replicas', value: '2' }]
    await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic, numPartitions: partitions, replicationFactor: 3, configEntries }],
    })
    await admin.disconnect()

    let over = false
    const ends: Ends = { committed: [], unknown: [], aborted: [] }
    const codes: Record<string, number> = {}
    const loop = async (writer: number): Promise<void> => {
      const make = (): ReturnType<typeof createProducer> =>
        createProducer({
          connection: { brokers: brokers(), clientId: `writer-${writer}` },
          transactionalId: `${topic}-${writer}`,
          requestTimeoutMs: 3000,
        })
      let producer = make()
      for (let number = 0; !over; number++) {
        const name = `w${writer}.${number}`
        try {
          await producer.transaction((tx) =>
            Promise.all(
              Array.from({ length: partitions }, (_, partition) =>
                tx.send({ topic, partition, value: `${name}-${partition}` }),
              ),
            ),
          )
          ends.committed.push(name)
        } catch (thrown) {
          const { code } = thrown as { code: string }
          codes[code] = (codes[code] ?? 0) + 1
          ends[code === 'TRANSACTION_UNKNOWN' ? 'unknown' : 'aborted'].push(name)
          if (code === 'PRODUCER_FENCED') {
            await producer.close()
            producer = make()
          }
        }
      }
      await producer.close()
    }
    const loops = Promise.all([0, 1, 2, 3].map(loop))
    await after(2000)
    for (const { id } of kafka.brokers.slice(1)) {
      await kafka.kill(id)
      await after(1500)
      await kafka.start(id)
      await after(2500)
    }
    const [frozen] = kafka.brokers
    await kafka.freeze(frozen!.id)
    await after(5000)
    await kafka.thaw(frozen!.id)
    await after(3000)
    over = true
    await loops

    const counts = {
      committed: ends.committed.length,
      unknown: ends.unknown.length,
      aborted: ends.aborted.length,
    }
    console.log(`transactions in the outages: ${JSON.stringify({ ...counts, ...codes })}`)
    expect(counts.committed).toBeGreaterThan(100)
    const wholeOf = (names: readonly string[]): string[] =>
      names.flatMap((name) => Array.from({ length: partitions }, (_, partition) => `${name}-${partition}`))
    const readers = {
      kafkajs: await committedValues(brokers(), topic),
      java: await javaCommittedValues(kafka.bootstrapServers, topic),
      librdkafka: await kcatCommittedValues(kafka.bootstrapServers, topic),
    }
    for (const [reader, values] of Object.entries(readers)) {
      if (values === undefined) continue
      const seen = new Map<string, number>()
      for (const value of values) seen.set(value, (seen.get(value) ?? 0) + 1)
      expect(
        [...seen].filter(([, count]) => count > 1),
        `${reader} sees doubles`,
      ).toEqual([])
      expect(
        wholeOf(ends.committed).filter((value) => !seen.has(value)),
        `${reader} misses`,
      ).toEqual([])
      expect(
        wholeOf(ends.aborted).filter((value) => seen.has(value)),
        `${reader} sees aborted`,
      ).toEqual([])
      for (const name of ends.unknown) {
        const parts = wholeOf([name]).filter((value) => seen.has(value)).length
        expect([0, partitions], `${reader} sees a part of ${name}`).toContain(parts)
      }
    }
    const { kafkajs, java, librdkafka = kafkajs } = readers
    for (const values of [java, librdkafka]) expect([...values].sort()).toEqual([...kafkajs].sort())
  }, 240_000)
})
