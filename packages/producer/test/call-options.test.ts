import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProducer, type Producer, type SendResult } from '../src/index.ts'
import { ModelCluster } from './model-links.ts'

const record = { topic: 'orders', partition: 0, value: 'x' }

/** What plain JavaScript passes in place of the options of a send. */
const sendOptions: readonly (readonly [given: unknown, problem: RegExp])[] = [
  [null, /the options must be an object, not null/],
  [5000, /the options must be an object, not 5000/],
  [{ deliveryTimeoutMs: '5000' }, /deliveryTimeoutMs must be a number of milliseconds, not a string/],
  [{ deliveryTimeoutMs: 5000n }, /deliveryTimeoutMs must be a number/],
  [{ deliveryTimeoutMs: null }, /deliveryTimeoutMs must be a number/],
  [{ deliveryTimeoutMs: Number.NaN }, /deliveryTimeoutMs must be a number/],
  [{ deliveryTimeoutMs: -1 }, /deliveryTimeoutMs must be a number/],
  [{ deliveryTimeoutMs: Symbol('ms') }, /deliveryTimeoutMs must be a number/],
  [{ deliveryTimeoutMs: Object.create(null) }, /deliveryTimeoutMs must be a number/],
  [{ signal: null }, /the signal must be an AbortSignal/],
  [{ signal: { aborted: false } }, /the signal must be an AbortSignal/],
  [{ wait: 'no' }, /wait must be true or false/],
]

describe('the options of a call', () => {
  let cluster: ModelCluster
  let producer: Producer
  beforeEach(() => {
    cluster = new ModelCluster(1, () => 0.5)
    cluster.stormy = false
    producer = createProducer({ links: cluster })
  })
  afterEach(() => producer.close())

  it.each(sendOptions)('%o: trySend does not reject, and nothing is sent', async (given, problem) => {
    const refused = { code: 'INVALID_RECORD_INPUT', outcome: 'rejected' }
    const result = await producer.trySend(record, given as never)
    expect(result).toMatchObject({ status: 'rejected', error: refused })
    expect(result.error!.message).toMatch(problem)
    expect(producer.stats()).toMatchObject({ pendingRecords: 0, rejected: 1 })
    expect(cluster.opened).toBe(0)
  })

  it('of a send may have more than is known, which is not looked at', async () => {
    // It was taken for what a transaction hands on, and the send rejected with a TypeError.
    expect((await producer.trySend(record, { transaction: {} } as never)).status).toBe('delivered')
  })

  it.each([[undefined], [null], [record], ['abc'], [new Set([record])], [[record].values()]])(
    'sendMany(%o) is refused at once',
    async (records) => {
      // A set was waited for without an end.
      await expect(producer.sendMany(records as never)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
      expect(producer.stats()).toMatchObject({ pendingRecords: 0, delivered: 0 })
    },
  )

  it('sendMany gives a result a record, though a hook changes the list', async () => {
    const records = [record, record, record]
    await using other = createProducer({ links: cluster, hooks: { onSend: () => void records.pop() } })
    const results = await other.sendMany(records)
    expect(results.map(({ status }: SendResult) => status)).toEqual(['delivered', 'delivered', 'rejected'])
  })

  it.each([
    ['flush', null],
    ['flush', 5000],
    ['flush', { timeoutMs: '5000' }],
    ['flush', { signal: {} }],
    ['flush', { signal: null }],
    ['ready', null],
    ['ready', 5000],
    ['ready', { maxAgeMs: -1 }],
    ['health', null],
    ['health', 5000],
    ['health', { maxAgeMs: -1 }],
    ['health', { timeoutMs: '5000' }],
    ['close', null],
    ['close', 5000],
    ['close', { timeoutMs: Number.NaN }],
  ] as const)('%s(%o) is refused, and the producer goes on', async (call, given) => {
    // A flush with a signal that is none left something behind that threw when the records were settled.
    const sending = producer.sendMany([record, record])
    await expect(producer[call](given as never)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
    expect((await sending).map(({ status }) => status)).toEqual(['delivered', 'delivered'])
    expect((await producer.trySend(record)).status).toBe('delivered')
  })
})
