import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PartitionQueue, type SequenceOwner } from '../src/engine/partition-queue.ts'
import type { Producer, ProducerIdRenewed } from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

type Renew = (this: PartitionQueue, owner: SequenceOwner) => void

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i))

describe('idempotence without end', () => {
  let kafka: EmbeddedKafka
  let renewed: ProducerIdRenewed[]
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    renewed = []
    kafka = await startKafka({ topics: { orders: {} } })
  })
  afterEach(() => kafka.close())

  const hooks = { onProducerIdRenewed: (event: ProducerIdRenewed) => void renewed.push(event) }
  const logged = async (): Promise<(string | undefined)[]> =>
    (await kafka.records('orders')).map(({ value }) => value?.toString())
  const attempts = async (producer: Producer, values: readonly string[]): Promise<number[]> =>
    Promise.all(
      values.map(async (value) => (await producer.send({ topic: 'orders', partition: 0, value })).attempts),
    )

  it('goes on at 0 after the sequence 2147483647, within a batch that must be written twice, too', async () => {
    // Two thousand million records take hours: the numbering begins shortly before its end.
    const queues = new Set<PartitionQueue>()
    const renew = Object.getOwnPropertyDescriptor(PartitionQueue.prototype, 'renew')!.value as Renew
    const spy = vi.spyOn(PartitionQueue.prototype, 'renew').mockImplementation(function (
      this: PartitionQueue,
      owner,
    ) {
      renew.call(this, owner)
      this.nextSequence = 2147483640
      queues.add(this)
    })
    try {
      const producer = producerFor(kafka, { hooks })
      for (const value of numbers(6)) expect(await attempts(producer, [value])).toEqual([1])
      kafka.faults.on('Produce').loseResponse().once()
      // One batch: 2147483646, 2147483647, 0, 1; what is acknowledged twice stands in the log once.
      expect(await attempts(producer, ['6', '7', '8', '9'])).toEqual([2, 2, 2, 2])
      expect(await attempts(producer, ['10'])).toEqual([1])
      expect([...queues].map(({ nextSequence }) => nextSequence)).toEqual([3])
    } finally {
      spy.mockRestore()
    }
    expect(await logged()).toEqual(numbers(11))
    expect(renewed).toEqual([])
  })

  it('numbers a topic anew that was deleted and created again, with sends under way', async () => {
    const producer = producerFor(kafka, { hooks, batchSize: 0, metadataMaxAgeMs: 20, requestTimeoutMs: 300 })
    await attempts(producer, ['old', 'older'])
    const gate = kafka.faults.on('Produce').hold()
    const sent = attempts(producer, numbers(30))
    await until(() => producer.stats().inFlightRequests === 5)
    const admin = new Kafka({ brokers: [kafka.bootstrapServers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.deleteTopics({ topics: ['orders'] })
    await admin.disconnect()
    kafka.createTopic('orders')
    const asked = kafka.journal.count('Metadata')
    await until(() => kafka.journal.count('Metadata') > asked + 1)
    gate.release()
    await sent
    expect(await logged()).toEqual(numbers(30))
    expect(renewed).toMatchObject([{ reason: 'the topic was created again', producerEpoch: 1 }])
    expect(kafka.journal.count('InitProducerId')).toBe(1)
  })
})
