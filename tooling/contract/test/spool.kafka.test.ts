import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { canStartRealKafka, startRealKafka, uniqueTopic } from '@headwater/kafka'
import { createProducer } from '@headwater/producer'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, it, vi } from 'vitest'
import { readTopic } from '../src/log-reader.ts'

const possible = await canStartRealKafka()
const keys = 20

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(!possible)('onUnavailable on a real broker', () => {
  it('keeps the records of an outage on the disk, and puts them into the log once and in order', async () => {
    await using kafka = await startRealKafka({ nodes: 1 })
    const brokers = kafka.bootstrapServers.split(',')
    const topic = uniqueTopic('spool')
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic, numPartitions: 3, replicationFactor: 1 }] })
    await admin.disconnect()
    const folder = await mkdtemp(join(tmpdir(), 'headwater-spool-'))
    const producer = createProducer({
      connection: { brokers, clientId: 'spooling' },
      onUnavailable: { folder, afterMs: 500 },
    })
    const ends: Record<string, number> = {}
    const sends: Promise<void>[] = []
    let over = false
    const load = (async () => {
      for (let id = 0; !over; id++) {
        const record = { topic, key: `k${id % keys}`, value: String(id) }
        const ended = ({ status }: { readonly status: string }): void => {
          ends[status] = (ends[status] ?? 0) + 1
        }
        sends.push(producer.trySend(record).then(ended))
        await after(2)
      }
    })()
    try {
      await after(1000)
      const [broker] = kafka.brokers
      await kafka.kill(broker!.id)
      await after(4000)
      await kafka.start(broker!.id)
      await vi.waitUntil(() => producer.stats().spoolRecords === 0, { timeout: 60_000, interval: 100 })
      await after(500)
    } finally {
      over = true
      await load
      await Promise.all(sends)
      await producer.close()
      await rm(folder, { recursive: true })
    }
    console.log(`ends of ${sends.length} sends over an outage: ${JSON.stringify(ends)}`)
    expect(Object.keys(ends).sort()).toEqual(['delivered', 'spooled'])
    const log = await readTopic(brokers, topic)
    const ids = log.map(({ value }) => Number(value))
    expect([...ids].sort((a, b) => a - b)).toEqual(sends.map((_, id) => id))
    for (let key = 0; key < keys; key++) {
      const ofKey = ids.filter((id) => id % keys === key)
      expect(ofKey, `k${key}`).toEqual([...ofKey].sort((a, b) => a - b))
    }
  }, 180_000)
})
