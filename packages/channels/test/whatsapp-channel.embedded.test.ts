import { createServer } from 'node:http'
import { startKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'
import { createAvroCodec, createRegistry } from '@headwater/schemas'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import {
  readEmailReceivedSchema,
  webhookHandler,
  webhookPlugin,
  whatsAppChannel,
  whatsAppSchemas,
  type WebhookRequest,
  type WhatsAppMessage,
} from '../src/index.ts'
import { listening } from './listening.ts'
import {
  appSecret,
  eventsOf,
  message,
  messages,
  metadata,
  signed,
  verifyToken,
  webhook,
} from './whatsapp-setup.ts'

const topic = 'ingestion.raw.messages'
const cluster = { registry: true, topics: { [topic]: { partitions: 3 }, 'ingestion.dlq.messages': {} } }

const post = async (url: string, { body, headers }: WebhookRequest): Promise<number> => {
  const fields = headers as Record<string, string>
  return (await fetch(url, { method: 'POST', headers: fields, body: Buffer.from(body) })).status
}

describe('whatsAppChannel on a cluster', { timeout: 60_000 }, () => {
  it('brings messages, statuses and notices from HTTP into the log, though an answer is lost on the way', async () => {
    await using kafka = await startKafka(cluster)
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const registry = createRegistry({ url: kafka.registryUrl })
    // Beside the schema of another channel on the same topic.
    const topics = { [topic]: readEmailReceivedSchema(), ...whatsAppSchemas() }
    const codec = await createAvroCodec({ registry, topics })
    const channel = whatsAppChannel({ producer, codec, appSecrets: [appSecret], verifyToken })

    const body = webhook({
      metadata,
      messages: [
        message({ id: 'w1' }),
        message({
          id: 'w2',
          type: 'image',
          text: undefined,
          image: { id: 'm1', mime_type: 'image/png', caption: 'see' },
        }),
        message({ id: 'w3', type: 'reaction', reaction: { message_id: 'w1', emoji: '👍' } }),
        message({ id: 'w4', type: 'location', location: { latitude: 1.5, longitude: -2.25 } }),
        message({
          id: 'w5',
          type: 'contacts',
          contacts: [{ name: { formatted_name: 'Bo' }, phones: [{ phone: '1' }] }],
        }),
        message({
          id: 'w6',
          type: 'order',
          order: { catalog_id: 'c', product_items: [{ quantity: 2, item_price: 9.5 }] },
        }),
        message({
          id: 'w7',
          type: 'interactive',
          interactive: { type: 'button_reply', button_reply: { id: '1', title: 'a' } },
        }),
        message({ id: 'w8', type: 'system', system: { type: 'user_changed_number', wa_id: '4917' } }),
        message({ id: 'w9', context: { id: 'w1' }, referral: { source_id: 'ad' }, errors: [{ code: 1 }] }),
        'no message',
      ],
      statuses: [{ id: 'w0', status: 'read', timestamp: '1700000000', recipient_id: '4917' }],
      errors: [{ code: 2, title: 'limit' }],
    })
    const events = await eventsOf(body)
    kafka.faults.on('Produce', { topic }).loseResponse().once()
    await using server = await listening(createServer(webhookHandler(channel)))
    expect(await post(server.url, signed(body))).toBe(200)
    kafka.faults.assertSpent()

    const records = await kafka.records(topic)
    const idOf = (record: (typeof records)[number]): string =>
      String(record.headers.find(([name]) => name === 'message_id')?.[1])
    expect(records.map(idOf).toSorted()).toEqual(
      events.flatMap((each) => (each.type === 'ingestion.unreadable' ? [] : [each.messageId])).toSorted(),
    )
    for (const record of records) {
      const event = events.find((each) => each.messageId === idOf(record))
      const decoded = codec.decode(record.value ?? new Uint8Array()) as WhatsAppMessage
      const expected = event?.type === 'ingestion.unreadable' ? undefined : event?.message
      // The channel of this test has the real clock.
      const payload = { ...expected?.payload, received_at: decoded.payload.received_at }
      expect(JSON.parse(JSON.stringify(decoded))).toEqual({ ...expected, payload })
    }
    const [dead] = await kafka.records('ingestion.dlq.messages')
    expect(String(Buffer.from(dead?.value ?? []))).toBe('"no message"')
    expect([...codec.topics.values()].map((each) => each.subject).toSorted()).toEqual([
      `${topic}-headwater.ingestion.WhatsAppNoticeMessage`,
      `${topic}-headwater.ingestion.WhatsAppReceivedMessage`,
      `${topic}-headwater.ingestion.WhatsAppStatusMessage`,
      `${topic}-value`,
    ])
  })

  it('answers 503 while Kafka is away and 200 when it is back, by Fastify', async () => {
    await using kafka = await startKafka(cluster)
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const registry = createRegistry({ url: kafka.registryUrl })
    const codec = await createAvroCodec({ registry, topics: { ...whatsAppSchemas() } })
    const channel = whatsAppChannel({ producer, codec, appSecrets: [appSecret], verifyToken })
    const server = Fastify()
    await server.register(webhookPlugin(channel, { ackTimeoutMs: 1000 }), { prefix: '/hooks/whatsapp' })
    const url = `${await server.listen({ host: '127.0.0.1', port: 0 })}/hooks/whatsapp`
    try {
      kafka.faults.on('Produce', { topic }).loseResponse().always()
      expect(await post(url, signed(messages(message())))).toBe(503)
      kafka.faults.clear()
      // As a provider does: again, until it is taken.
      await expect
        .poll(async () => await post(url, signed(messages(message()))), { timeout: 30_000 })
        .toBe(200)
    } finally {
      await server.close()
    }
    const ids = (await kafka.records(topic)).map((each) =>
      String(each.headers.find(([name]) => name === 'message_id')?.[1]),
    )
    // What was answered 503 may be there as well: under the same id.
    expect(new Set(ids).size).toBe(1)
  })
})
