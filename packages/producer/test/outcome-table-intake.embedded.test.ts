import { describe } from 'vitest'
import { outcomeTest } from './outcome-bench.ts'
import { until } from './producers.ts'

const small = { bufferMemory: 2000, maxRequestSize: 2000 }
const filler = { topic: 'orders', partition: 0, value: 'f'.repeat(1850) }

describe('How a record ends: before it is in a batch', () => {
  outcomeTest('not-a-record', ({ producer }) =>
    producer.trySend({ topic: 'orders', partition: 0, value: 5 as never }),
  )
  outcomeTest('no-such-options', ({ subject }) => subject({ deliveryTimeoutMs: Number.NaN }))
  outcomeTest('larger-than-a-request', ({ producer }) =>
    producer.trySend({ topic: 'orders', partition: 0, value: 'x'.repeat(2 ** 20) }),
  )
  outcomeTest('no-such-partition', ({ producer }) =>
    producer.trySend({ topic: 'orders', partition: 7, value: 'x' }),
  )
  outcomeTest('partitioner-fails', ({ producer }) => producer.trySend({ topic: 'orders', value: 'x' }), {
    tuning: {
      partitioner: () => {
        throw new Error('broken')
      },
    },
  })
  outcomeTest(
    'closed-already',
    async ({ producer, subject }) => {
      await producer.close()
      return subject()
    },
    { goesOn: false },
  )
  outcomeTest('aborted-already', ({ subject }) => subject({ signal: AbortSignal.abort() }))
  outcomeTest(
    'buffer-full',
    async ({ kafka, producer, subject }) => {
      const gate = kafka.faults.on('Produce').hold()
      const first = producer.send(filler)
      await until(() => kafka.faults.fired === 1)
      const result = await subject({ wait: false })
      gate.release()
      await first
      return result
    },
    { tuning: small },
  )
  outcomeTest(
    'no-room-to-wait',
    async ({ kafka, producer, subject }) => {
      const gate = kafka.faults.on('Produce').hold()
      const first = producer.send(filler)
      await until(() => kafka.faults.fired === 1)
      const result = await subject()
      gate.release()
      await first
      return result
    },
    { tuning: { ...small, maxWaitingBytes: 2000 - 1950 } },
  )
  outcomeTest(
    'no-room-in-time',
    async ({ kafka, producer, subject }) => {
      const gate = kafka.faults.on('Produce').hold()
      const first = producer.send(filler)
      await until(() => kafka.faults.fired === 1)
      const result = await subject()
      gate.release()
      await first
      return result
    },
    { tuning: { ...small, maxBlockMs: 100 } },
  )
  outcomeTest('topic-refused', ({ kafka, subject }) => {
    kafka.faults.on('Metadata', { topic: 'secret' }).reply('TOPIC_AUTHORIZATION_FAILED', { unchecked: true })
    return subject({}, 'secret')
  })
  outcomeTest('topic-name-refused', ({ kafka, subject }) => {
    kafka.faults.on('Metadata', { topic: 'odd' }).reply('INVALID_TOPIC_EXCEPTION', { unchecked: true })
    return subject({}, 'odd')
  })
  outcomeTest('no-such-topic', ({ subject }) => subject({}, 'missing'), { tuning: { maxBlockMs: 100 } })
  // A deadline that comes first must not read as if nobody had answered.
  outcomeTest('no-such-topic', ({ subject }) => subject({ deliveryTimeoutMs: 500 }, 'missing'))
  outcomeTest(
    'no-metadata',
    async ({ kafka, subject }) => {
      await kafka.broker(1).stop()
      const result = await subject()
      await kafka.broker(1).start()
      return result
    },
    { warm: false, tuning: { maxBlockMs: 150 } },
  )
  outcomeTest('connection-refused', ({ subject }) => subject(), {
    kafka: { topics: { orders: {} }, sasl: { mechanisms: ['PLAIN'], users: { ada: 'secret' } } },
    warm: false,
    goesOn: false,
    sasl: { mechanism: 'plain', username: 'ada', password: 'wrong' },
  })
  outcomeTest('deadline-waiting', async ({ kafka, subject }) => {
    const gate = kafka.faults.on('Metadata', { topic: 'other' }).hold()
    const result = await subject({ deliveryTimeoutMs: 100 }, 'other')
    gate.release()
    return result
  })
  outcomeTest('aborted-waiting', async ({ kafka, subject }) => {
    const gate = kafka.faults.on('Metadata', { topic: 'other' }).hold()
    const controller = new AbortController()
    const result = subject({ signal: controller.signal }, 'other')
    await until(() => kafka.faults.fired === 1)
    controller.abort()
    gate.release()
    return result
  })
  outcomeTest(
    'closed-waiting',
    async ({ kafka, producer, subject }) => {
      const gate = kafka.faults.on('Metadata', { topic: 'other' }).hold()
      const result = subject({}, 'other')
      await until(() => kafka.faults.fired === 1)
      await producer.close({ timeoutMs: 20 })
      gate.release()
      return result
    },
    { goesOn: false },
  )
})
