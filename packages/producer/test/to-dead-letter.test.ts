import { describe, expect, it } from 'vitest'
import { deadLetterKind, deservesDeadLetter } from '../src/dead-letter/dead-letter-kind.ts'
import { toDeadLetter } from '../src/dead-letter/to-dead-letter.ts'
import {
  DeliveryError,
  toDlqTopic,
  toDltTopic,
  toServiceDlq,
  type DeliveryErrorCode,
  type FailedOutcome,
  type ProducerRecord,
} from '../src/index.ts'

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const now = '2026-01-02T03:04:05.678Z'

const errorOf = (
  code: DeliveryErrorCode,
  more: { outcome?: FailedOutcome; retriable?: boolean; message?: string } = {},
): DeliveryError =>
  new DeliveryError(code, more.message ?? 'refused', {
    outcome: 'rejected',
    topic: 'orders',
    partition: 2,
    attempts: 3,
    ...more,
  })

const letterOf = (
  record: Partial<ProducerRecord>,
  error = errorOf('INVALID_RECORD'),
  service?: string,
): ProducerRecord =>
  toDeadLetter(
    { topic: 'orders', record: { topic: 'orders', value: 'v', timestamp: 5, ...record }, error },
    { topic: 'dead', service, nowMs },
  )

const header = ({ headers }: ProducerRecord, name: string): unknown[] =>
  (headers as [string, unknown][]).filter((pair) => pair[0] === name).map(([, value]) => value)

describe('toDeadLetter', () => {
  it('is the record, and what happened to it', () => {
    const record = {
      key: Buffer.from('k'),
      value: Buffer.from([0, 255]),
      headers: [
        ['a', '1'],
        ['a', null],
        ['b', Buffer.from([7])],
      ] as const,
    }
    const letter = letterOf(record, errorOf('INVALID_RECORD', { message: 'no key' }), 'shop')
    expect(letter).toEqual({
      topic: 'dead',
      key: record.key,
      value: record.value,
      timestamp: 5,
      headers: [
        ...record.headers,
        ['dlq.original.topic', 'orders'],
        ['dlq.original.partition', '2'],
        ['dlq.original.timestamp', '5'],
        ['dlq.original.key-present', 'true'],
        ['dlq.error.class', 'DeliveryError'],
        ['dlq.error.code', 'INVALID_RECORD'],
        ['dlq.error.kind', 'poison'],
        ['dlq.error.message', 'no key'],
        ['dlq.disposition', 'producer-rejected'],
        ['dlq.attempts', '3'],
        ['dlq.first-failed-at', now],
        ['dlq.failed-at', now],
        ['dlq.service', 'shop'],
      ],
    })
  })

  it('names no partition and no service where there was none, and goes to none of its own choice', () => {
    const options = { outcome: 'rejected', topic: 'orders' } as const
    const letter = letterOf({ partition: 7 }, new DeliveryError('INVALID_PARTITION', 'none such', options))
    expect(header(letter, 'dlq.original.partition')).toEqual([])
    expect(header(letter, 'dlq.service')).toEqual([])
    expect(header(letter, 'dlq.attempts')).toEqual(['0'])
    expect(letter).not.toHaveProperty('partition')
  })

  it.each([
    [null, 'false'],
    ['', 'true'],
  ])('tells a missing key from an empty one: %j', (key, present) => {
    const letter = letterOf({ key })
    expect(letter.key).toBe(key)
    expect(header(letter, 'dlq.original.key-present')).toEqual([present])
  })

  it('keeps a tombstone one', () => {
    expect(letterOf({ value: null }).value).toBeNull()
  })

  it('replaces what an earlier failure left, so that nothing piles up', () => {
    // Headers that were added with every turn made records too large for any topic in the end.
    let letter = letterOf({ headers: { own: 'x', 'dlq.error.stack': 'at', 'dlq.consumer-group': 'g' } })
    const once = (letter.headers as unknown[]).length
    for (let turn = 0; turn < 5; turn++) letter = letterOf({ headers: letter.headers })
    expect(letter.headers).toHaveLength(once)
    for (const name of ['dlq.error.stack', 'dlq.consumer-group']) expect(header(letter, name)).toEqual([])
    expect(header(letter, 'own')).toEqual(['x'])
  })

  it('keeps what is told of all turns together: the first failure, and the count of replays', () => {
    const headers = {
      'dlq.first-failed-at': Buffer.from('2025-12-31T00:00:00.000Z'),
      'dlq.replay-count': '2',
      'dlq.message-id': 'm',
      'dlq.replayed-from': 'dead/0/7',
    }
    const letter = letterOf({ headers })
    expect(header(letter, 'dlq.first-failed-at')).toEqual(['2025-12-31T00:00:00.000Z'])
    expect(header(letter, 'dlq.failed-at')).toEqual([now])
    for (const name of ['dlq.replay-count', 'dlq.message-id', 'dlq.replayed-from'] as const)
      expect(header(letter, name)).toEqual([headers[name]])
  })

  it('caps the message at 1 KiB without breaking a character', () => {
    const letter = letterOf({}, errorOf('INVALID_RECORD', { message: `a${'€'.repeat(1000)}` }))
    const [message] = header(letter, 'dlq.error.message') as [string]
    expect(message).toBe(`a${'€'.repeat(341)}`)
    expect(Buffer.byteLength(message)).toBe(1024)
  })

  it('has a new timestamp only where the old one was what brokers refused', () => {
    const letter = letterOf({ timestamp: new Date(5) }, errorOf('INVALID_TIMESTAMP'))
    expect(letter.timestamp).toBe(nowMs)
    expect(header(letter, 'dlq.original.timestamp')).toEqual(['5'])
  })
})

describe('deservesDeadLetter', () => {
  it.each(['not-sent', 'unknown', 'dead-lettered'] as const)('is no for what is %s', (outcome) => {
    expect(deservesDeadLetter(errorOf('DELIVERY_TIMEOUT', { outcome }))).toBe(false)
  })

  it.each<[DeliveryErrorCode, boolean]>([
    ['RECORD_TOO_LARGE', true],
    ['INVALID_PARTITION', true],
    ['MESSAGE_TOO_LARGE', true],
    ['TOPIC_AUTHORIZATION_FAILED', true],
    ['UNKNOWN_TOPIC_OR_PARTITION', true],
    ['NOT_ENOUGH_REPLICAS', true],
    ['INVALID_RECORD_INPUT', false],
    ['CLUSTER_AUTHORIZATION_FAILED', false],
    ['INVALID_REQUIRED_ACKS', false],
    ['UNSUPPORTED_VERSION', false],
  ])('for a record that was rejected with %s is %j', (code, deserved) => {
    expect(deservesDeadLetter(errorOf(code))).toBe(deserved)
  })
})

describe('deadLetterKind', () => {
  it.each([
    ['MESSAGE_TOO_LARGE', false, 'poison'],
    ['NOT_ENOUGH_REPLICAS', true, 'retriable'],
    ['TOPIC_AUTHORIZATION_FAILED', false, 'fatal'],
  ] as const)('of %s (retriable: %j) is %s', (code, retriable, kind) => {
    expect(deadLetterKind(errorOf(code, { retriable }))).toBe(kind)
  })
})

describe('the names of dead-letter topics', () => {
  const of = (topic: string) => ({ topic, record: { topic, value: null }, error: errorOf('INVALID_RECORD') })

  it('are those that teams use', () => {
    expect(toServiceDlq('shop')).toBe('shop-dlq')
    expect(toDlqTopic(of('orders'))).toBe('orders.dlq')
    expect(toDltTopic(of('orders'))).toBe('orders-dlt')
  })

  it('are for a dead-letter topic its own', () => {
    expect(toDlqTopic(of('orders.dlq'))).toBe('orders.dlq')
    expect(toDltTopic(of('orders-dlt'))).toBe('orders-dlt')
  })
})
