import { Buffer } from 'node:buffer'
import { startKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { createPublisher, defineEvents } from '../src/index.ts'

interface Reading {
  readonly sensor: string
  readonly celsius: number
}

const events = defineEvents({
  'reading.taken': { topic: 'readings', key: (reading: Reading) => reading.sensor, version: '1' },
})
const codec = {
  contentType: 'application/json',
  encode: (_topic: string, value: unknown) => Buffer.from(JSON.stringify(value)),
}

describe('createPublisher on a cluster', () => {
  it('has in the log what the receipts say, in the order of the calls', async () => {
    await using kafka = await startKafka({ topics: { readings: { partitions: 3 } } })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const publisher = createPublisher({ producer, events, codec, source: '/plant', producerId: 'plant' })
    const readings = Array.from({ length: 60 }, (_, n): Reading => ({ sensor: `s-${n % 5}`, celsius: n }))
    const receipts = await Promise.all(
      readings.map((each, n) =>
        publisher.publish('reading.taken', each, { messageId: `m-${n}`, time: n + 1 }),
      ),
    )
    const records = await kafka.records('readings')
    expect(records).toHaveLength(60)
    for (const [n, receipt] of receipts.entries()) {
      const record = records.find(
        (each) => each.partition === receipt.partition && each.offset === receipt.offset,
      )
      expect(JSON.parse(String(Buffer.from(record?.value ?? [])))).toEqual(readings[n])
      expect(record?.timestamp).toBe(BigInt(n + 1))
    }
    for (const sensor of ['s-0', 's-1', 's-2', 's-3', 's-4']) {
      const own = records.filter((each) => String(Buffer.from(each.key ?? [])) === sensor)
      const celsius = own.map(
        (each) => (JSON.parse(String(Buffer.from(each.value ?? []))) as Reading).celsius,
      )
      expect(celsius).toEqual(celsius.toSorted((one, other) => one - other))
    }
  })

  it('sends the same id again when an answer is lost, and the log has it once', async () => {
    await using kafka = await startKafka({ topics: { readings: {} } })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const publisher = createPublisher({ producer, events, codec, source: '/plant', producerId: 'plant' })
    kafka.faults.on('Produce', { topic: 'readings' }).loseResponse().once()
    const receipt = await publisher.publish('reading.taken', { sensor: 's', celsius: 1 })
    expect(receipt.attempts).toBe(2)
    expect(await kafka.records('readings')).toHaveLength(1)
  })
})
