import type { LogFields, Logger } from '@headwater/base'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProducer, type Producer } from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

/** What no line may hold, wherever it came from. */
const secrets = {
  key: 'customer-4711',
  value: 'card number 4111',
  header: 'bearer token',
  password: 'hunter2',
}

interface Line {
  readonly level: keyof Logger
  readonly fields: LogFields
  readonly message: string
}

function logLines(): { readonly lines: readonly Line[]; readonly logger: Logger } {
  const lines: Line[] = []
  const at =
    (level: keyof Logger) =>
    (fields: LogFields, message: string): void =>
      void lines.push({ level, fields, message })
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } }
}

/** All that a serialiser could find in a line: properties, hidden or not, of errors and their causes, too. */
function textsOf(value: unknown, seen = new Set<unknown>()): string[] {
  if (value instanceof Uint8Array) return [Buffer.from(value).toString()]
  if (typeof value !== 'object' || value === null) return [String(value)]
  if (seen.has(value)) return []
  seen.add(value)
  return Object.getOwnPropertyNames(value).flatMap((name) => textsOf((value as never)[name], seen))
}

describe('the log of a producer', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()
  const record = {
    topic: 'orders',
    key: secrets.key,
    value: secrets.value,
    headers: { authorization: secrets.header },
  }

  beforeEach(async () => {
    kafka = await startKafka({ brokers: 2, topics: { orders: { partitions: 2, replicationFactor: 1 } } })
  })
  afterEach(() => kafka.close())

  const messagesOf = (lines: readonly Line[]): string[] =>
    lines.filter(({ level }) => level !== 'debug').map(({ level, message }) => `${level}: ${message}`)
  const expectNoSecrets = (lines: readonly Line[]): void => {
    const texts = lines.flatMap(({ fields, message }) => [message, ...textsOf(fields)]).join('\n')
    for (const secret of Object.values(secrets)) expect(texts).not.toContain(secret)
  }

  it('says each thing that matters once, with the error and its causes, and nothing of what is sent', async () => {
    const { lines, logger } = logLines()
    const producer = producerFor(kafka, { logger, maxBlockMs: 2000 })
    await producer.send(record)
    expect(lines).toEqual([])
    await Promise.all([1, 2].map((id) => kafka.broker(id).stop()))
    await until(() =>
      lines.some(({ message }) => message === 'a broker cannot be reached; it is tried again'),
    )
    const outage = messagesOf(lines).length
    // A hundred sends of an outage are no more lines than one.
    const sends = Array.from({ length: 100 }, () => producer.trySend(record, { deliveryTimeoutMs: 50 }))
    for (const { status } of await Promise.all(sends)) expect(status).toBe('not-sent')
    const givenUp = lines.filter(({ message }) => message === 'records of a batch were given up')
    expect(givenUp).toMatchObject([
      { level: 'warn', fields: { topic: 'orders', code: 'DELIVERY_TIMEOUT', outcome: 'not-sent' } },
    ])
    expect(messagesOf(lines).length).toBeLessThan(outage + 10)
    await Promise.all([1, 2].map((id) => kafka.broker(id).start()))
    await until(() => lines.some(({ message }) => message === 'a broker can be reached again'))
    expect(lines.find(({ message }) => message.startsWith('a connection'))!.fields['err']).toBeInstanceOf(
      Error,
    )
    expectNoSecrets(lines)
  })

  it('tells of refusals, of new numbers, and of what closing hands back', async () => {
    const { lines, logger } = logLines()
    const producer = producerFor(kafka, { logger })
    await producer.send({ ...record, partition: 0 })
    kafka.faults.on('Produce').reply('INVALID_RECORD').once()
    await producer.trySend({ ...record, partition: 0 })
    await producer.send({ ...record, partition: 0 })
    kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
    const last = producer.trySend(record)
    await producer.close({ timeoutMs: 20 })
    await last
    expect(messagesOf(lines)).toEqual([
      'warn: records of a batch were given up',
      'warn: a partition goes on under another producer id or epoch',
      'warn: records of a batch were given up',
      'error: the producer closed with records undelivered; close() has handed them back',
    ])
    // kafkajs's words for the connections that were ended say nothing more.
    expect(lines.filter(({ level }) => level === 'debug')).toEqual([])
    expectNoSecrets(lines)
  })

  it('tells that a younger producer has taken over', async () => {
    const { lines, logger } = logLines()
    const send = (producer: Producer): Promise<unknown> => producer.transaction((tx) => tx.send(record))
    const older = producerFor(kafka, { transactionalId: 't', logger })
    await send(older)
    await send(producerFor(kafka, { transactionalId: 't' }))
    await expect(send(older)).rejects.toMatchObject({ code: 'PRODUCER_FENCED' })
    expect(messagesOf(lines)).toEqual([
      'error: a younger producer has the same transactionalId; this one can write no more',
    ])
    expectNoSecrets(lines)
  })

  it('tells of refused credentials without them', async () => {
    await using secured = await startKafka({ sasl: { mechanisms: ['PLAIN'], users: { me: 'right' } } })
    const { lines, logger } = logLines()
    const sasl = { mechanism: 'plain', username: 'me', password: secrets.password } as const
    const producer = createProducer({ connection: { brokers: [secured.bootstrapServers], sasl }, logger })
    await expect(producer.ready({ timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'NOT_READY' })
    await producer.close()
    expect(messagesOf(lines)).toEqual([
      'error: a broker refuses the connection, and will until something is changed',
    ])
    // kafkajs tells of it, too, in the words of the broker.
    const details = lines.filter(({ level }) => level === 'debug')
    expect(details.map(({ message }) => message).join()).toContain('SASL PLAIN authentication failed')
    const names = new Set(details.flatMap(({ fields }) => Object.keys(fields)))
    expect(
      [...names].filter((name) => !['kafkajs', 'error', 'correlationId', 'size'].includes(name)),
    ).toEqual([])
    expectNoSecrets(lines)
  })
})
