import { describe } from 'vitest'
import type { SendResult } from '../src/index.ts'
import { outcomeTest, patient } from './outcome-bench.ts'
import { until } from './producers.ts'

const short = { deliveryTimeoutMs: 150 }
/** A back-off that is longer than the shortest deadline here, and over soon after. */
const slow = { retryBackoffMs: 600, retryBackoffMaxMs: 600 }
const twoBrokers = { brokers: 2, topics: { orders: { replicationFactor: 2 } } }

describe('How a record ends: given up in time', () => {
  outcomeTest('deadline-unwritten', async ({ kafka, producer, subject }) => {
    await kafka.broker(1).stop()
    await until(() => producer.stats().connections === 0)
    const result = await subject(short)
    await kafka.broker(1).start()
    return result
  })
  outcomeTest('aborted-unwritten', async ({ kafka, producer, subject }) => {
    const gate = kafka.faults.on('Produce').hold()
    const first = producer.send({ topic: 'orders', partition: 0, value: 'first' })
    await until(() => kafka.faults.fired === 1)
    const controller = new AbortController()
    const result = subject({ signal: controller.signal })
    controller.abort()
    gate.release()
    await first
    return result
  })
  outcomeTest(
    'closed-unwritten',
    async ({ kafka, producer, subject }) => {
      const gate = kafka.faults.on('Produce').hold()
      const first = producer.trySend({ topic: 'orders', partition: 0, value: 'first' })
      await until(() => kafka.faults.fired === 1)
      const result = subject()
      await producer.close({ timeoutMs: 20 })
      gate.release()
      await first
      return result
    },
    { goesOn: false, tuning: { maxInFlightRequestsPerConnection: 1 } },
  )
  outcomeTest(
    'deadline-refused',
    ({ kafka, subject }) => {
      kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
      return subject(short)
    },
    { tuning: patient },
  )
  outcomeTest(
    'deadline-unclear',
    ({ kafka, subject }) => {
      kafka.faults.on('Produce').applyThenReply('REQUEST_TIMED_OUT').always()
      return subject(short)
    },
    { tuning: patient },
  )
  outcomeTest('deadline-unanswered', async ({ kafka, subject }) => {
    const gate = kafka.faults.on('Produce').holdBeforeReply()
    const result = await subject(short)
    gate.release()
    return result
  })
  outcomeTest(
    'deadline-shared',
    async ({ kafka, producer, subject }) => {
      kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
      const hasty = subject(short)
      const neighbour = producer.send({ topic: 'orders', partition: 0, value: 'neighbour' })
      const result = await hasty
      kafka.faults.clear()
      await neighbour
      return result
    },
    { tuning: slow },
  )
  outcomeTest(
    'aborted-refused',
    async ({ kafka, producer, subject }) => {
      kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
      const controller = new AbortController()
      const result = subject({ signal: controller.signal })
      await until(() => producer.stats().retries === 1)
      controller.abort()
      return result
    },
    { tuning: patient },
  )
  outcomeTest(
    'closed-refused',
    async ({ kafka, producer, subject }) => {
      kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
      const result = subject()
      await until(() => producer.stats().retries === 1)
      await producer.close({ timeoutMs: 20 })
      return result
    },
    { tuning: patient, goesOn: false },
  )
  outcomeTest('aborted-unanswered', async ({ kafka, subject }) => {
    const gate = kafka.faults.on('Produce').holdBeforeReply()
    const controller = new AbortController()
    const result = subject({ signal: controller.signal })
    await until(() => kafka.faults.fired === 1)
    controller.abort()
    gate.release()
    return result
  })
  outcomeTest(
    'closed-unanswered',
    async ({ kafka, producer, subject }) => {
      const gate = kafka.faults.on('Produce').holdBeforeReply()
      const result = subject()
      await until(() => kafka.faults.fired === 1)
      await producer.close({ timeoutMs: 20 })
      gate.release()
      return result
    },
    { goesOn: false },
  )
  outcomeTest(
    'aborted-shared',
    async ({ kafka, producer, subject }) => {
      kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
      const controller = new AbortController()
      const result = subject({ signal: controller.signal })
      const neighbour = producer.send({ topic: 'orders', partition: 0, value: 'neighbour' })
      await until(() => producer.stats().retries === 1)
      controller.abort()
      kafka.faults.clear()
      await neighbour
      return result
    },
    { tuning: slow },
  )
  outcomeTest('late-delivered', async ({ kafka, settled, subject }) => {
    const gate = kafka.faults.on('Produce').holdBeforeReply()
    await subject(short)
    gate.release()
    return lateEnd(settled)
  })
  outcomeTest(
    'late-refused',
    async ({ kafka, settled, subject }) => {
      const partition = kafka.partition('orders', 0)
      const { leader } = partition
      const gate = kafka.faults.on('Produce').hold()
      await subject(short)
      partition.moveLeader(3 - leader)
      gate.release()
      const result = await lateEnd(settled)
      partition.moveLeader(leader)
      return result
    },
    { kafka: twoBrokers },
  )
})

/** What `onSettled` is told of a record that had been given up. */
async function lateEnd(
  settled: Parameters<Parameters<typeof outcomeTest>[1]>[0]['settled'],
): Promise<SendResult> {
  await until(() => settled.some(({ late }) => late))
  const end = settled.find(({ late }) => late)!
  if (end.status === 'failed') return { status: 'rejected', error: end.error } as SendResult
  return { status: end.status, receipt: end.receipt } as SendResult
}
