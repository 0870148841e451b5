import { Buffer } from 'node:buffer'
import { startKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { emailChannel, type EmailMessage } from '../src/index.ts'
import { fixtures, readFixture } from './email-fixtures.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'

const codec = {
  contentType: 'application/json',
  // Bytes as a list of numbers would not fit into a record; the unit tests compare them.
  encode: (_topic: string, value: unknown) =>
    Buffer.from(
      JSON.stringify(value, (name, each: unknown) => (name === 'inline' && each !== null ? 'bytes' : each)),
    ),
}
const topics = {
  'ingestion.raw.messages': { partitions: 6, replicationFactor: 3 },
  'ingestion.dlq.messages': { replicationFactor: 3 },
}

describe('emailChannel on a cluster', () => {
  it('brings every fixture into one of two topics, though answers are lost on the way', async () => {
    await using kafka = await startKafka({ brokers: 3, topics })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const channel = emailChannel({ producer, codec, claimCheck: new MemoryClaimChecks() })
    kafka.faults.on('Produce', { topic: 'ingestion.raw.messages' }).loseResponse().times(3)
    const results = await Promise.all(
      fixtures.map(
        async ({ file }) => await channel.publish(readFixture(file), { to: 'support@example.org' }),
      ),
    )
    kafka.faults.assertSpent()

    const raw = await kafka.records('ingestion.raw.messages')
    const dead = await kafka.records('ingestion.dlq.messages')
    const unreadable = fixtures.filter((each) => each.unreadable !== undefined)
    expect(raw).toHaveLength(fixtures.length - unreadable.length)
    expect(dead).toHaveLength(unreadable.length)

    for (const [index, result] of results.entries()) {
      const { file, subject, from } = fixtures[index] ?? { file: '', subject: null, from: null }
      const receipt = result.kind === 'published' ? result.messages[0]?.receipt : result.receipt
      const records = result.kind === 'published' ? raw : dead
      const record = records.find(
        (each) => each.partition === receipt?.partition && each.offset === receipt.offset,
      )
      const value = Buffer.from(record?.value ?? [])
      if (result.kind === 'dead-lettered') {
        expect(Buffer.compare(value, readFixture(file)), file).toBe(0)
        continue
      }
      const { payload } = JSON.parse(String(value)) as EmailMessage
      expect(payload.subject, file).toBe(subject)
      if (from !== null) expect(String(Buffer.from(record?.key ?? [])), file).toBe(from)
    }
  })
})
