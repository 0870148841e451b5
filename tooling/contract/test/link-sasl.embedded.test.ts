import type { SaslSettings } from '@headwater/base'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

describe('the producer', () => {
  let kafka: EmbeddedKafka

  beforeAll(async () => {
    kafka = await startKafka({
      topics: { t: {} },
      sasl: {
        mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'],
        users: { ada: 'secret' },
        validateToken: (token) => (token === 'good' ? { principal: 'ada' } : undefined),
      },
    })
  })
  afterAll(() => kafka.close())

  const user = { username: 'ada', password: 'secret' }
  const mechanisms: readonly SaslSettings[] = [
    { mechanism: 'plain', ...user },
    { mechanism: 'scram-sha-256', ...user },
    { mechanism: 'scram-sha-512', ...user },
    { mechanism: 'oauthbearer', token: () => Promise.resolve('good') },
  ]

  it.each(mechanisms)('logs in with $mechanism', async (sasl) => {
    await using producer = createProducer({ connection: { brokers: [kafka.bootstrapServers], sasl } })
    expect(await producer.send({ topic: 't', key: null, value: sasl.mechanism })).toMatchObject({
      topic: 't',
    })
  })

  it.each(mechanisms.slice(0, 3))('does not get in with a wrong password ($mechanism)', async (sasl) => {
    await using producer = createProducer({
      connection: { brokers: [kafka.bootstrapServers], sasl: { ...sasl, password: 'wrong' } as SaslSettings },
    })
    await expect(producer.ready({ timeoutMs: 3000 })).rejects.toThrow(/uthentication/u)
  })
})
