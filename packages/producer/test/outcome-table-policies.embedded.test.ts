import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import type { ProducerTuning, SendResult, Transaction } from '../src/index.ts'
import { outcomeTest } from './outcome-bench.ts'
import { until } from './producers.ts'

const unchecked = { unchecked: true } as const

describe('How a record ends: with policies', () => {
  const folders: string[] = []
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

  const spooling = (maxBytes: number): ProducerTuning => {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-outcomes-'))
    folders.push(folder)
    return { onUnavailable: { folder, afterMs: 100, maxBytes } }
  }
  const withDead = { topics: { orders: {}, dead: {} } }
  const toDead: ProducerTuning = { onRejected: { topic: 'dead' } }

  outcomeTest(
    'dead-lettered',
    async ({ kafka, subject }) => {
      kafka.faults.on('Produce', { topic: 'orders' }).reply('TOPIC_AUTHORIZATION_FAILED', unchecked).once()
      const result = await subject()
      expect(result).toMatchObject({ error: { deadLetter: { receipt: { topic: 'dead', offset: 0n } } } })
      return result
    },
    { kafka: withDead, tuning: toDead },
  )
  outcomeTest(
    'dead-letter-refused',
    async ({ kafka, subject }) => {
      kafka.faults.on('Produce', { topic: 'orders' }).reply('TOPIC_AUTHORIZATION_FAILED', unchecked).once()
      kafka.faults.on('Produce', { topic: 'dead' }).reply('TOPIC_AUTHORIZATION_FAILED', unchecked).always()
      const result = await subject()
      expect(result).toMatchObject({ error: { deadLetter: { error: { topic: 'dead' } } } })
      return result
    },
    { kafka: withDead, tuning: toDead },
  )
  outcomeTest(
    'spooled',
    async ({ kafka, producer, subject }) => {
      await kafka.broker(1).stop()
      await until(() => producer.stats().connections === 0)
      const result = await subject()
      await kafka.broker(1).start()
      await until(() => producer.stats().spoolRecords === 0)
      return result
    },
    { tuning: spooling(1_000_000) },
  )
  outcomeTest(
    'behind-the-spool',
    async ({ kafka, producer, subject }) => {
      await kafka.broker(1).stop()
      await until(() => producer.stats().connections === 0)
      // The small ones take what is left behind the large ones.
      const fillers = Array.from({ length: 60 }, (_, index) => ({
        topic: 'orders',
        partition: 0,
        value: 'f'.repeat(index < 40 ? 400 : 1),
      }))
      const statuses = (await producer.sendMany(fillers)).map(({ status }) => status)
      expect(new Set(statuses)).toEqual(new Set(['spooled', 'not-sent']))
      const result = await subject()
      await kafka.broker(1).start()
      await until(() => producer.stats().spoolRecords === 0)
      return result
    },
    { tuning: spooling(8192) },
  )
})

describe('How a record ends: with transactions', () => {
  const transactional: ProducerTuning = { transactionalId: 't' }
  const setting = { tuning: transactional, warm: false, goesOn: false }
  const sendIn = async (tx: Transaction, value = 'subject'): Promise<SendResult> =>
    (await tx.sendMany([{ topic: 'orders', partition: 0, value }]))[0]!
  const work = new Error('the work failed')

  outcomeTest('outside-a-transaction', ({ subject }) => subject(), setting)
  outcomeTest(
    'transaction-ended',
    async ({ producer }) => {
      const tx = await producer.transaction((own) => Promise.resolve(own))
      return sendIn(tx)
    },
    setting,
  )
  outcomeTest(
    'transaction-lost-unwritten',
    async ({ kafka, producer }) => {
      const gate = kafka.faults.on('AddPartitionsToTxn').hold()
      let sent: Promise<SendResult> | undefined
      const running = producer.transaction(async (tx) => {
        sent = sendIn(tx)
        await gate.reached
        throw work
      })
      const failed = expect(running).rejects.toBe(work)
      await gate.reached
      const result = await sent!
      gate.release()
      await failed
      return result
    },
    setting,
  )
  outcomeTest(
    'transaction-lost-refused',
    async ({ kafka, producer }) => {
      kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
      let sent: Promise<SendResult> | undefined
      const running = producer.transaction(async (tx) => {
        sent = sendIn(tx)
        await until(() => producer.stats().retries > 0)
        throw work
      })
      await expect(running).rejects.toBe(work)
      return sent!
    },
    setting,
  )
  outcomeTest(
    'transaction-lost-unanswered',
    async ({ kafka, producer }) => {
      kafka.faults.on('Produce').loseResponse().always()
      let sent: Promise<SendResult> | undefined
      const running = producer.transaction(async (tx) => {
        sent = sendIn(tx)
        await until(() => producer.stats().retries > 0)
        throw work
      })
      await expect(running).rejects.toBe(work)
      return sent!
    },
    setting,
  )
})
