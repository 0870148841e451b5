import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startKafka } from '@headwater/embedded'
import {
  createProducer,
  DeliveryError,
  producerDefaults,
  type FailedOutcome,
  type Producer,
  type ProducerOptions,
  type ProducerRecord,
  type Receipt,
  type SendResult,
} from '@headwater/producer'

const tuning = {
  acks: 'all',
  lingerMs: 1,
  batchSize: 32_768,
  bufferMemory: 16_777_216,
  maxWaitingBytes: 1_048_576,
  maxBlockMs: 5000,
  deliveryTimeoutMs: 30_000,
  requestTimeoutMs: 10_000,
  maxInFlightRequestsPerConnection: 5,
  enableIdempotence: true,
  compressionType: 'gzip',
  maxRequestSize: 524_288,
  retryBackoffMs: 50,
  retryBackoffMaxMs: 500,
  metadataMaxAgeMs: 60_000,
} as const satisfies Partial<ProducerOptions>

/** What a caller does with every way in which a send can end: a new outcome would not compile here. */
function describe(result: SendResult): 'stored' | 'safe' | 'lost' | 'perhaps' {
  if (result.status === 'delivered') return 'stored'
  if (result.status === 'spooled') return 'safe'
  const outcome: FailedOutcome = result.status
  const meanings = {
    rejected: 'lost',
    'not-sent': 'lost',
    unknown: 'perhaps',
    'dead-lettered': 'safe',
  } as const
  return meanings[outcome]
}

test('a producer with every setting sends, batches, flushes and closes', async () => {
  await using kafka = await startKafka({ topics: { orders: { partitions: 3 } } })
  const brokers = kafka.bootstrapServers.split(',')
  const producer: Producer = createProducer({ connection: { brokers, clientId: 'shop' }, ...tuning })
  const record: ProducerRecord = { topic: 'orders', key: 'o-17', value: 'placed', headers: { source: 'web' } }
  const receipt: Receipt = await producer.send(record, { deliveryTimeoutMs: 20_000 })
  assert.equal(receipt.topic, 'orders')
  assert.equal(typeof receipt.partition, 'number')
  assert.equal(receipt.offset, 0n)
  const results = await producer.sendMany([
    { topic: 'orders', value: 'a' },
    { topic: 'orders', value: 'b' },
  ])
  assert.deepEqual(results.map(describe), ['stored', 'stored'])
  assert.equal(producer.post({ topic: 'orders', value: 'c' }), true)
  await producer.flush({ timeoutMs: 20_000 })
  assert.equal((await kafka.records('orders')).length, 4)
  assert.deepEqual((await producer.close({ timeoutMs: 20_000 })).undelivered, [])
  await assert.rejects(producer.send(record), {
    code: 'PRODUCER_CLOSED',
    outcome: 'not-sent',
    retriable: false,
  })
})

test('failures have codes, outcomes and a word on retrying', async () => {
  await using kafka = await startKafka({ topics: { orders: {} } })
  await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
  const result = await producer.trySend({ topic: 'orders', partition: 99, value: 'x' }, { wait: false })
  assert.equal(describe(result), 'lost')
  const error = result.error
  assert.ok(error instanceof DeliveryError)
  assert.equal(error.code, 'INVALID_PARTITION')
  assert.equal(error.outcome, 'rejected')
  const large = await producer.trySend({ topic: 'orders', value: Buffer.alloc(2_000_000) })
  assert.equal(large.error?.code, 'RECORD_TOO_LARGE')
  const aborted = await producer.trySend({ topic: 'orders', value: 'x' }, { signal: AbortSignal.abort() })
  assert.equal(aborted.error?.code, 'ABORTED')
})

test('a lost acknowledgement makes no double', async () => {
  await using kafka = await startKafka({ topics: { orders: {} } })
  await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
  kafka.faults.on('Produce', { topic: 'orders' }).loseResponse()
  await producer.send({ topic: 'orders', key: 'o-17', value: 'placed' })
  assert.equal((await kafka.records('orders')).length, 1)
  kafka.faults.assertSpent()
})

test('a transaction is seen as a whole or not at all', async () => {
  await using kafka = await startKafka({ topics: { orders: {} } })
  const brokers = kafka.bootstrapServers.split(',')
  await using producer = createProducer({ connection: { brokers }, transactionalId: 'billing-0' })
  const offset = await producer.transaction(async (tx) => {
    const { offset: first } = await tx.send({ topic: 'orders', key: 'o-17', value: 'placed' })
    await tx.sendMany([{ topic: 'orders', key: 'o-18', value: 'placed' }])
    return first
  })
  assert.equal(offset, 0n)
  const failure = producer.transaction(async (tx) => {
    await tx.send({ topic: 'orders', key: 'o-19', value: 'placed' })
    throw new Error('the card is not valid')
  })
  await assert.rejects(failure, /the card is not valid/)
  assert.equal((await kafka.records('orders', { isolation: 'read_committed' })).length, 2)
})

test('the defaults are safe, and are those that were documented', () => {
  const { acks, enableIdempotence, lingerMs, deliveryTimeoutMs, requestTimeoutMs } = producerDefaults
  assert.deepEqual(
    { acks, enableIdempotence, lingerMs, deliveryTimeoutMs, requestTimeoutMs },
    {
      acks: 'all',
      enableIdempotence: true,
      lingerMs: 0,
      deliveryTimeoutMs: 120_000,
      requestTimeoutMs: 30_000,
    },
  )
})
