import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateTypes } from '@headwater/avro'
import { describe, expect, it } from 'vitest'
import {
  SchemaValidationError,
  createAvroCodec,
  standardLogicalTypes,
  type AvroCodec,
  type AvroCodecOptions,
} from '../src/index.ts'
import { memoryRegistry } from './values/memory-registry.ts'

const registry = memoryRegistry()
const recordOf = (type: unknown): object => ({
  type: 'record',
  name: 'T',
  namespace: 'shop',
  fields: [{ name: 'v', type }],
})
const logical = (type: string | object, logicalType: string, more: object = {}): object => ({
  ...(typeof type === 'string' ? { type } : type),
  logicalType,
  ...more,
})
const open = (type: unknown, options: Partial<AvroCodecOptions> = {}): Promise<AvroCodec> =>
  createAvroCodec({ registry, topics: { t: recordOf(type) }, logicalTypes: standardLogicalTypes, ...options })
const roundTrip = async (
  type: unknown,
  v: unknown,
  options: Partial<AvroCodecOptions> = {},
): Promise<unknown> => {
  const codec = await open(type, options)
  return (codec.decode(codec.encode('t', { v })) as { v: unknown }).v
}
const problemOf = async (
  type: unknown,
  v: unknown,
  options: Partial<AvroCodecOptions> = {},
): Promise<string> => {
  const codec = await open(type, options)
  try {
    codec.encode('t', { v })
  } catch (error) {
    if (!(error instanceof SchemaValidationError)) throw error
    return error.problems.map(({ path, reason }) => `${path.join('.')}: ${reason}`).join()
  }
  return ''
}
/** A value as a writer without the classes gives it. */
const readForeign = async (type: unknown, plain: unknown, v: unknown): Promise<unknown> => {
  const foreign = await createAvroCodec({ registry, topics: { f: recordOf(plain) } })
  const codec = await open(type)
  return ((await codec.decodeAsync(foreign.encode('f', { v }), { topic: 't' })) as { v: unknown }).v
}

const millis = logical('long', 'timestamp-millis')
const micros = logical('long', 'timestamp-micros')
const date = logical('int', 'date')
const timeMillis = logical('int', 'time-millis')
const timeMicros = logical('long', 'time-micros')
const decimal = logical('bytes', 'decimal', { precision: 5, scale: 2 })
const fixedDecimal = logical({ type: 'fixed', name: 'D', size: 2 }, 'decimal', { precision: 5, scale: 2 })
const uuid = logical('string', 'uuid')
const fixedUuid = logical({ type: 'fixed', name: 'U', size: 16 }, 'uuid')
const id = '0191f1f2-3c4d-7e5f-8a9b-0123456789ab'

describe('standardLogicalTypes', () => {
  it.each([
    ['timestamp-millis', millis, new Date(1_795_000_000_123)],
    ['timestamp-millis before 1970', millis, new Date(-1)],
    ['timestamp-millis at the end of all dates', millis, new Date(8.64e15)],
    ['timestamp-micros', micros, new Date(1_795_000_000_123)],
    ['timestamp-micros before 1970', micros, new Date(-12_345)],
    ['date', date, '2026-11-21'],
    ['date before 1970', date, '1969-12-31'],
    ['date at the beginning', date, '0000-01-01'],
    ['date at the end', date, '9999-12-31'],
    ['time-millis', timeMillis, '23:59:59.999'],
    ['time-micros', timeMicros, '00:00:00.000001'],
    ['decimal', decimal, '123.45'],
    ['negative decimal', decimal, '-0.01'],
    ['decimal of nothing', decimal, '0.00'],
    [
      'decimal without a point',
      logical('bytes', 'decimal', { precision: 30 }),
      '-123456789012345678901234567890',
    ],
    ['fixed decimal', fixedDecimal, '-327.68'],
    ['fixed positive decimal', fixedDecimal, '1.28'],
    ['uuid', uuid, id],
    ['uuid in capitals', uuid, id.toUpperCase()],
    ['fixed uuid', fixedUuid, id],
  ])('give back what they took: %s', async (_, type, value) => {
    expect(await roundTrip(type, value)).toEqual(value)
    expect(await roundTrip(['null', type], value)).toEqual(value)
    expect(await roundTrip(['null', type], null)).toBe(null)
    expect(await roundTrip({ type: 'array', items: type }, [value, value])).toEqual([value, value])
    expect(await roundTrip(type, value, { long: 'bigint' })).toEqual(value)
  })

  it.each([
    [millis, 1_795_000_000_123, 'v: expected a Date'],
    [millis, new Date(Number.NaN), 'v: the Date is invalid'],
    [millis, undefined, 'v: expected a Date'],
    [
      micros,
      new Date(8.64e15),
      'v: the Date is outside of the years 1684 to 2255, whose microseconds a number holds',
    ],
    [date, new Date(0), 'v: expected a date as text, such as 2026-11-21'],
    [date, '2026-02-30', 'v: a date that is in no calendar'],
    [date, '2026-13-01', 'v: a date that is in no calendar'],
    [timeMillis, '24:00:00', 'v: expected a time of day as text, such as 18:30:00'],
    [timeMillis, '12:00:00.0001', 'v: a time of day with more than 3 digits after the point'],
    [decimal, 12.5, 'v: expected a decimal as text, such as 12.50'],
    [decimal, '1e3', 'v: expected a decimal as text, such as 12.50'],
    [decimal, '1.005', 'v: a decimal with more than 2 digits after the point'],
    [decimal, '1234.00', 'v: a decimal with more than 5 digits, 2 of them after the point'],
    [fixedDecimal, '327.68', 'v: a decimal that 2 bytes do not hold'],
    [uuid, 'not one', 'v: expected a UUID as text'],
    [['null', date], '2026-02-30', 'v: a date that is in no calendar'],
    [['null', date, 'boolean'], '2026-02-30', 'v: expected one of null, int, boolean, got string'],
  ])('say precisely what they refuse: %j', async (type, value, problem) => {
    expect(await problemOf(type, value)).toBe(problem)
  })

  it('write what their specification says', async () => {
    const bytesOf = async (type: unknown, v: unknown): Promise<string> =>
      Buffer.from((await open(type)).encode('t', { v }))
        .subarray(5)
        .toString('hex')
    // Days since 1970 as a zig-zag varint; two's complement with its length; microseconds.
    expect(await bytesOf(date, '1970-01-02')).toBe('02')
    expect(await bytesOf(decimal, '-1.28')).toBe('0280')
    expect(await bytesOf(decimal, '1.28')).toBe('040080')
    expect(await bytesOf(fixedDecimal, '-1.28')).toBe('ff80')
    expect(await bytesOf(micros, new Date(1))).toBe('d00f')
    expect(await bytesOf(fixedUuid, id)).toBe(id.replaceAll('-', ''))
  })

  it('take shorter forms, and give the whole one', async () => {
    expect(await roundTrip(timeMillis, '18:30:00')).toBe('18:30:00.000')
    expect(await roundTrip(timeMicros, '18:30:00.5')).toBe('18:30:00.500000')
    expect(await roundTrip(decimal, '007.5')).toBe('7.50')
    expect(await roundTrip(decimal, '-0')).toBe('0.00')
  })

  it('read what was written without the annotation, and microseconds as far as a Date goes', async () => {
    expect(await readForeign(millis, 'long', 5)).toEqual(new Date(5))
    expect(await readForeign(millis, 'int', 5)).toEqual(new Date(5))
    expect(await readForeign(micros, 'long', -1)).toEqual(new Date(-1))
    expect(await readForeign(micros, 'long', 1_999)).toEqual(new Date(1))
    expect(await readForeign(decimal, 'bytes', Buffer.alloc(0))).toBe('0.00')
    expect(await readForeign(['null', date], ['null', 'int'], 1)).toBe('1970-01-02')
    await expect(readForeign(timeMillis, 'int', -1)).rejects.toMatchObject({ code: 'PAYLOAD_CORRUPT' })
  })

  it('do not read what means something else', async () => {
    const writer = await createAvroCodec({
      registry,
      topics: { w: recordOf(micros), d: recordOf(logical('bytes', 'decimal', { precision: 5, scale: 3 })) },
      logicalTypes: standardLogicalTypes,
    })
    const reader = await open(millis)
    const read = reader.decodeAsync(writer.encode('w', { v: new Date(5) }), { topic: 't' })
    await expect(read).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
    const other = (await open(decimal)).decodeAsync(writer.encode('d', { v: '1.234' }), { topic: 't' })
    await expect(other).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
  })

  it('are not there where they may not stand, or make no sense', async () => {
    expect(await roundTrip(logical('string', 'date'), 'x')).toBe('x')
    expect(await roundTrip(logical('string', 'toString'), 'x')).toBe('x')
    expect(await roundTrip(logical('long', 'uuid'), 5n, { long: 'bigint' })).toBe(5n)
    const wrong = logical('bytes', 'decimal', { precision: 2, scale: 5 })
    expect(await roundTrip(wrong, Buffer.from('x'))).toEqual(Buffer.from('x'))
  })

  it('read a record that holds itself', async () => {
    const fields = [
      { name: 'at', type: millis },
      { name: 'next', type: ['null', 'Node'], default: null },
    ]
    const value = { at: new Date(1), next: { at: new Date(2), next: null } }
    expect(await roundTrip({ type: 'record', name: 'Node', fields }, value)).toEqual(value)
  })
})

describe('the option long', () => {
  const longs = [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, -(2n ** 53n) - 1n, 300n]

  it('gives and takes bigints, all 64 bits of them', async () => {
    expect(await roundTrip({ type: 'array', items: 'long' }, longs, { long: 'bigint' })).toEqual(longs)
    expect(await problemOf('long', 2n ** 63n, { long: 'bigint' })).toBe('v: expected long, got bigint')
    expect(await problemOf('long', 5, { long: 'bigint' })).toBe('v: expected long, got number')
  })

  it('tells a bigint from the other numbers of a union', async () => {
    expect(await roundTrip(['int', 'long'], 5n, { long: 'bigint' })).toBe(5n)
    expect(await roundTrip(['int', 'long'], 5, { long: 'bigint' })).toBe(5)
    expect(await problemOf(['int', 'long'], 'x', { long: 'bigint' })).toBe(
      'v: expected one of int, long, got string',
    )
  })

  it('is as exact in defaults and evolution', async () => {
    const withDefault = { ...recordOf('long'), fields: [{ name: 'v', type: 'long', default: 7 }] }
    const codec = await createAvroCodec({ registry, topics: { t: withDefault }, long: 'bigint' })
    expect(codec.decode(codec.encode('t', {}))).toEqual({ v: 7n })
    const reader = await open('long', { long: 'bigint' })
    const ints = await createAvroCodec({ registry, topics: { i: recordOf('int') } })
    expect(await reader.decodeAsync(ints.encode('i', { v: 5 }), { topic: 't' })).toEqual({ v: 5n })
    const doubles = await open('double', { long: 'bigint' })
    const bytes = reader.encode('t', { v: -(2n ** 60n) })
    expect(await doubles.decodeAsync(bytes, { topic: 't' })).toEqual({ v: -(2 ** 60) })
  })

  it('is asked for where a number cannot hold what was written', async () => {
    const writer = await open('long', { long: 'bigint' })
    const reader = await open('long')
    await expect(reader.decodeAsync(writer.encode('t', { v: 2n ** 60n }))).rejects.toMatchObject({
      code: 'PAYLOAD_CORRUPT',
      message: expect.stringContaining("long: 'bigint'") as string,
    })
  })
})

// Whoever uses the same map for the codec and for the generator has types that say what is so.
describe('generateTypes with standardLogicalTypes', () => {
  const folder = fileURLToPath(new URL('../.cache/', import.meta.url))
  const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))
  const use = `
import { createAvroCodec, createRegistry, standardLogicalTypes } from '../../src/index.ts'
import { OrderSchema, type Order, type OrderInput } from './events.ts'

const input: OrderInput = { total: 2n ** 60n, at: new Date(5), day: '2026-11-21', amount: '1.50', ids: ['${id}'], either: 7n }
// @ts-expect-error -- a long is a bigint
const wrong: OrderInput['total'] = 5
const fetch = () => Promise.resolve(new Response('{"id":1}'))
const codec = await createAvroCodec({
  registry: createRegistry({ url: 'http://registry', fetch }),
  topics: { orders: OrderSchema },
  logicalTypes: standardLogicalTypes,
  long: 'bigint',
})
const order = codec.decode(codec.encode('orders', input)) as Order
const parts: [bigint, Date, string, string, string[], number | bigint | null, Date | null] = [
  order.total, order.at, order.day, order.amount, order.ids, order.either, order.maybe,
]
console.log(wrong, parts[0] === 2n ** 60n, parts[1].getTime(), ...parts.slice(2))
`

  it('makes a module that compiles and round-trips with bigints and dates', { timeout: 60_000 }, () => {
    const fields = [
      { name: 'total', type: 'long' },
      { name: 'at', type: millis },
      { name: 'day', type: date },
      { name: 'amount', type: decimal },
      { name: 'ids', type: { type: 'array', items: uuid } },
      { name: 'either', type: ['null', 'int', 'long'] },
      { name: 'maybe', type: ['null', micros], default: null },
    ]
    const text = JSON.stringify({ type: 'record', name: 'Order', namespace: 'shop', fields })
    const events = generateTypes([{ name: 'order.avsc', text }], {
      logicalTypes: standardLogicalTypes,
      long: 'bigint',
    })
    mkdirSync(folder, { recursive: true })
    const cache = mkdtempSync(join(folder, 'types-'))
    try {
      const config = {
        extends: '../../../../tsconfig.base.json',
        compilerOptions: { noEmit: true },
        include: ['.'],
      }
      writeFileSync(join(cache, 'events.ts'), events)
      writeFileSync(join(cache, 'use.ts'), use)
      writeFileSync(join(cache, 'tsconfig.json'), JSON.stringify(config))
      const run = (...args: string[]): string => execFileSync(process.execPath, args, { encoding: 'utf8' })
      run(compiler, '-p', cache, '--pretty', 'false')
      expect(run(join(cache, 'use.ts'))).toBe(`5 true 5 2026-11-21 1.50 [ '${id}' ] 7n null\n`)
    } finally {
      rmSync(cache, { recursive: true })
    }
  })
})
