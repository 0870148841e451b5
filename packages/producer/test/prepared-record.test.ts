import { runInNewContext } from 'node:vm'
import { BatchBuilder } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { ownedCopy, prepareRecord, type PreparedRecord } from '../src/engine/prepared-record.ts'
import type { ProducerRecord } from '../src/index.ts'

const prepare = (record: unknown): ReturnType<typeof prepareRecord> =>
  prepareRecord(record as ProducerRecord, 1000, [])
const prepared = (record: ProducerRecord): PreparedRecord => {
  const result = prepare(record)
  return 'problem' in result ? expect.fail(result.problem) : result
}
const problem = (record: unknown): string => {
  const result = prepare(record)
  return 'problem' in result ? result.problem : 'none'
}

describe('prepareRecord', () => {
  it('turns a text key into the bytes that decide the partition, and leaves the value as it is', () => {
    expect(prepared({ topic: 't', key: 'ü', value: 'v' })).toMatchObject({
      key: Buffer.from('ü'),
      value: 'v',
      headers: [],
      timestamp: 1000,
      partition: undefined,
    })
  })

  it('keeps an empty key, a tombstone, an explicit partition and a timestamp', () => {
    const date = new Date(5)
    expect(prepared({ topic: 't', key: '', value: null, partition: 3, timestamp: date })).toMatchObject({
      key: Buffer.alloc(0),
      value: null,
      partition: 3,
      timestamp: 5,
    })
  })

  it('takes headers as an object or as pairs, and adds those of the hooks', () => {
    const pairs = [
      ['a', '1'],
      ['a', null],
    ] as const
    expect(prepared({ topic: 't', value: '', headers: pairs }).headers).toEqual(pairs)
    const added = prepareRecord({ topic: 't', value: '', headers: { a: '1' } }, 0, [['b', '2']])
    expect(added).toMatchObject({
      headers: [
        ['a', '1'],
        ['b', '2'],
      ],
    })
  })

  it('knows a bound on what the record takes in a batch', () => {
    for (const bytes of [0, 1, 63, 64, 8191, 8192, 100_000]) {
      const record = prepared({
        topic: 't',
        key: 'k'.repeat(bytes),
        value: 'v'.repeat(bytes),
        headers: { h: 'ü'.repeat(9) },
      })
      const builder = new BatchBuilder()
      const before = builder.sizeInBytes
      builder.tryAppend(record, Infinity)
      expect(builder.sizeInBytes - before).toBeLessThanOrEqual(record.sizeBound)
    }
  })

  it.each([
    [undefined, 'a record is an object, not undefined'],
    [null, 'a record is an object, not null'],
    ['text', 'a record is an object, not a string'],
    [{ topic: 'a b', value: '' }, 'the topic name must be 1 to 249 characters'],
    [{ topic: '', value: '' }, 'the topic name must be'],
    [{ topic: '..', value: '' }, 'the topic name must be'],
    [{ topic: 'x'.repeat(250), value: '' }, 'the topic name must be'],
    [{ value: '' }, 'the topic name must be'],
    [{ topic: 't', value: '', key: 5 }, 'the key must be a string, bytes or null, not a number'],
    [{ topic: 't', value: {} }, 'the value must be bytes, a string or null, not a Object'],
    [{ topic: 't' }, 'the value must be bytes, a string or null, not undefined'],
    [{ topic: 't', value: [1] }, 'not an array'],
    [{ topic: 't', value: '', partition: -1 }, 'the partition must be a whole number from 0, not -1'],
    [{ topic: 't', value: '', partition: 1.5 }, 'the partition must be'],
    [{ topic: 't', value: '', partition: 2 ** 31 }, 'the partition must be'],
    [{ topic: 't', value: '', timestamp: 'now' }, 'the timestamp must be milliseconds'],
    [{ topic: 't', value: '', timestamp: new Date('never') }, 'the timestamp must be'],
    [{ topic: 't', value: '', timestamp: -1 }, 'the timestamp must be'],
    [{ topic: 't', value: '', headers: 5 }, 'headers must be an object or a list of pairs'],
    // Its headers were lost without a word.
    [
      { topic: 't', value: '', headers: new Map([['n', 'v']]) },
      'headers must be an object or a list of pairs',
    ],
    [
      { topic: 't', value: '', headers: { n: 5 } },
      'the header "n" must be a string, bytes or null, not a number',
    ],
    [{ topic: 't', value: '', headers: { u: undefined } }, 'the header "u" must be'],
    [{ topic: 't', value: '', headers: [['a']] }, 'each header must be a pair'],
    [{ topic: 't', value: '', headers: [[1, 'a']] }, 'a header name must be a string'],
  ])('says what is wrong with %j', (record, message) => {
    expect(problem(record)).toContain(message)
  })

  it('does not show payloads in its messages', () => {
    expect(problem({ topic: 't', value: { secret: 'hunter2' } })).not.toContain('hunter2')
    expect(problem({ topic: 't', value: '', headers: { h: ['hunter2'] } })).not.toContain('hunter2')
  })

  it('never throws, even when reading the record does', () => {
    // A getter that threw left send() with a foreign error and post() with an exception.
    const record = {
      topic: 't',
      get value(): string {
        throw new Error('broken getter')
      },
    }
    expect(problem(record)).toBe('the record cannot be read: broken getter')
  })

  it('refuses bytes that are not there any more', () => {
    // What had been transferred to a worker was delivered as empty, where the record had to wait for its topic.
    const gone = Buffer.from(new Uint8Array([1, 2]).buffer)
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    const cut = new Uint8Array(new ArrayBuffer(8, { maxByteLength: 8 }), 4, 4)
    ;(cut.buffer as ArrayBuffer).resize(2)
    for (const bytes of [gone, cut]) {
      for (const fields of [{ value: bytes }, { key: bytes }, { headers: { h: bytes } }])
        expect(problem({ topic: 't', value: 'x', ...fields })).toMatch(
          /^the record cannot be read: .*detached/,
        )
    }
    expect(prepared({ topic: 't', value: new Uint8Array(0) }).value).toHaveLength(0)
  })

  it('takes bytes of another realm, as test runners make them', () => {
    // `instanceof Uint8Array` does not hold across realms.
    const value = runInNewContext('new Uint8Array([1, 2])') as Uint8Array
    expect(prepared({ topic: 't', value }).value).toBe(value)
  })
})

describe('ownedCopy', () => {
  it('keeps text as bytes, so that a piece of a text does not hold on to the whole', () => {
    expect(ownedCopy(prepared({ topic: 't', value: 'ü' })).value).toEqual(Buffer.from('ü'))
    expect(ownedCopy(prepared({ topic: 't', value: null })).value).toBeNull()
  })

  it('does not change when the caller uses the memory again', () => {
    const value = Buffer.from('value')
    const header = Buffer.from('header')
    const key = Buffer.from('key')
    const copy = ownedCopy(prepared({ topic: 't', key, value, headers: [['h', header]] }))
    for (const bytes of [value, header, key]) bytes.fill(0)
    expect(copy).toMatchObject({
      key: Buffer.from('key'),
      value: Buffer.from('value'),
      headers: [['h', Buffer.from('header')]],
    })
  })
})
