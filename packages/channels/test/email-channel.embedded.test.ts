import { Buffer } from 'node:buffer'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'
import { createAvroCodec, createRegistry, type AvroCodec } from '@headwater/schemas'
import { describe, expect, it } from 'vitest'
import { emailChannel, readEmailReceivedSchema, type EmailMessage } from '../src/index.ts'
import { fixtures, readFixture } from './email-fixtures.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'

const topic = 'ingestion.raw.messages'

async function avroCodec(kafka: EmbeddedKafka): Promise<AvroCodec> {
  const registry = createRegistry({ url: kafka.registryUrl })
  return await createAvroCodec({ registry, topics: { [topic]: readEmailReceivedSchema() } })
}

describe('emailChannel on a cluster', () => {
  it('brings every fixture into one of two topics, though answers are lost on the way', async () => {
    const topics = { [topic]: { partitions: 6 }, 'ingestion.dlq.messages': {} }
    await using kafka = await startKafka({ brokers: 3, registry: true, topics })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const codec = await avroCodec(kafka)
    const claimCheck = new MemoryClaimChecks()
    const channel = emailChannel({ producer, codec, claimCheck })
    kafka.faults.on('Produce', { topic }).loseResponse().times(3)
    const results = await Promise.all(
      fixtures.map(
        async ({ file }) => await channel.publish(readFixture(file), { to: 'support@example.org' }),
      ),
    )
    kafka.faults.assertSpent()

    const raw = await kafka.records(topic)
    const dead = await kafka.records('ingestion.dlq.messages')
    const unreadable = fixtures.filter((each) => each.unreadable !== undefined)
    expect(raw).toHaveLength(fixtures.length - unreadable.length)
    expect(dead).toHaveLength(unreadable.length)

    for (const [index, result] of results.entries()) {
      const { file, subject, from, attachments } = fixtures[index] ?? { file: '', subject: null, from: null }
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
      const { payload } = codec.decode(value, { topic }) as EmailMessage
      expect(payload.subject, file).toBe(subject)
      if (from !== null) expect(String(Buffer.from(record?.key ?? [])), file).toBe(from)
      if (attachments !== undefined)
        expect(
          payload.attachments.map((each) => each.filename),
          file,
        ).toEqual(attachments)
      for (const each of payload.attachments) {
        const bytes = each.inline ?? (await claimCheck.get(each.claim_check?.uri ?? 'none'))
        expect(bytes.byteLength, file).toBe(each.size)
      }
    }
  })

  it('fills every field of the schema, and reads back what it wrote', async () => {
    await using kafka = await startKafka({ registry: true, topics: { [topic]: {} } })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const codec = await avroCodec(kafka)
    const channel = emailChannel({ producer, codec, claimCheck: new MemoryClaimChecks() })
    const auth = { spf: 'pass', dkim: 'permerror', dmarc: 'policy' } as const
    const envelope = { from: '', to: 'support@example.org', receivedAtMs: 1_700_000_000_123, auth }
    const raw = readFixture('mixed-attachments.eml')
    const mail = await channel.normalise(raw, envelope)
    await channel.publish(raw, envelope)
    const [record] = await kafka.records(topic)
    const decoded = codec.decode(Buffer.from(record?.value ?? []), { topic }) as EmailMessage
    // avsc gives records a class of their own; as plain values they must be the same.
    expect(JSON.parse(JSON.stringify(decoded))).toEqual(
      JSON.parse(JSON.stringify(mail.kind === 'events' && mail.events[0]?.message)),
    )
    expect(record?.timestamp).toBe(1_700_000_000_123n)
    const schema = JSON.parse(readEmailReceivedSchema()) as {
      fields: { name: string; type: { fields: { name: string }[] } }[]
    }
    const fields = schema.fields.find((each) => each.name === 'payload')?.type.fields.map((each) => each.name)
    expect(Object.keys(decoded.payload)).toEqual(fields)
  })
})
