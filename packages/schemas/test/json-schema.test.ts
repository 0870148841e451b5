import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SchemaValidationError, createJsonCodec, type Codec, type StandardSchema } from '../src/index.ts'

const order = z.object({
  id: z.string(),
  total: z.number().int(),
  lines: z.array(z.object({ sku: z.string() })).default([]),
})

/** A validator of no library: takes numbers, and doubles them. */
const doubling: StandardSchema = {
  '~standard': {
    version: 1,
    vendor: 'by hand',
    validate: (value) =>
      typeof value === 'number'
        ? { value: value * 2 }
        : { issues: [{ message: 'no number', path: ['a', { key: 1 }, Symbol('s')] }, { message: 'at all' }] },
  },
}

const problemsOf = (run: () => unknown): string[] => {
  try {
    run()
  } catch (error) {
    if (!(error instanceof SchemaValidationError)) throw error
    return error.problems.map(({ path, reason }) => `${path.join('.')}: ${reason}`)
  }
  return []
}
const read = (codec: Codec, value: unknown): unknown =>
  codec.decode(codec.encode('orders', value), { topic: 'orders' })

describe('createJsonCodec with a schema', () => {
  it('writes what the schema makes of a value, and refuses what it refuses', () => {
    const codec = createJsonCodec({ schema: order })
    expect(read(codec, { id: 'o-1', total: 5, extra: 1 })).toEqual({ id: 'o-1', total: 5, lines: [] })
    const problems = problemsOf(() => codec.encode('orders', { id: 'o-1', total: 1.5, lines: [{}] }))
    expect(problems).toEqual([expect.stringMatching(/^total: /), expect.stringMatching(/^lines\.0\.sku: /)])
    expect(() => codec.encode('orders', {})).toThrow(
      expect.objectContaining({ code: 'VALUE_INVALID', topic: 'orders' }),
    )
  })

  it('takes a validator of any make', () => {
    const codec = createJsonCodec({ schema: doubling })
    expect(read(codec, 4)).toBe(8)
    expect(problemsOf(() => codec.encode('orders', 'x'))).toEqual(['a.1.Symbol(s): no number', ': at all'])
  })

  it('refuses what JSON cannot hold, although the schema takes it', () => {
    const codec = createJsonCodec({ schema: z.any() })
    expect(problemsOf(() => codec.encode('orders', { a: 1n }))).toEqual(['a: JSON has no bigint'])
  })

  it('holds each topic to its own schema, and leaves no topic unchecked', () => {
    const codec = createJsonCodec({ topics: { orders: order, numbers: z.number() } })
    expect(codec.encode('numbers', 5).toString()).toBe('5')
    expect(problemsOf(() => codec.encode('numbers', 'x'))).toHaveLength(1)
    for (const topic of ['order', 'constructor'])
      expect(() => codec.encode(topic, 5)).toThrow(expect.objectContaining({ code: 'TOPIC_UNKNOWN' }))
    const open = createJsonCodec({ topics: { orders: order }, schema: z.number() })
    expect(open.encode('others', 5).toString()).toBe('5')
  })

  it('validates what it reads when asked to, and gives what the schema makes of it', () => {
    const bytes = Buffer.from('{"id":"o-1"}')
    expect(createJsonCodec({ schema: order }).decode(bytes)).toEqual({ id: 'o-1' })
    const codec = createJsonCodec({ schema: z.object({ at: z.coerce.date() }), validateOnDecode: true })
    expect(read(codec, { at: new Date(5) })).toEqual({ at: new Date(5) })
    const strict = createJsonCodec({ topics: { orders: order }, validateOnDecode: true })
    expect(problemsOf(() => strict.decode(bytes, { topic: 'orders' }))).toHaveLength(1)
    expect(() => strict.decode(bytes)).toThrow(expect.objectContaining({ code: 'TOPIC_UNKNOWN' }))
    expect(createJsonCodec({ validateOnDecode: true }).decode(bytes)).toEqual({ id: 'o-1' })
  })

  it('says clearly that it does not wait for a validator', async () => {
    const slow = createJsonCodec({ schema: z.string().refine(() => Promise.resolve(true)) })
    expect(() => slow.encode('orders', 'x')).toThrow(
      expect.objectContaining({ code: 'CODEC_OPTIONS_INVALID', message: expect.stringContaining('zod') }),
    )
    // A rejection that nobody waits for would end the process.
    const failing = { ...doubling['~standard'], validate: () => Promise.reject(new Error('late')) }
    const codec = createJsonCodec({ schema: { '~standard': failing } })
    expect(() => codec.encode('orders', 'x')).toThrow(
      expect.objectContaining({ code: 'CODEC_OPTIONS_INVALID' }),
    )
    await new Promise((resolve) => void setImmediate(resolve))
  })

  it.each([[{}], [null], [{ '~standard': { version: 2, validate: () => ({ value: 1 }) } }], [() => true]])(
    'refuses %j for a schema',
    (schema) => {
      const wrong = schema as unknown as StandardSchema
      const refused = expect.objectContaining({ code: 'CODEC_OPTIONS_INVALID' }) as Error
      expect(() => createJsonCodec({ schema: wrong })).toThrow(refused)
      expect(() => createJsonCodec({ topics: { t: wrong } })).toThrow(refused)
    },
  )
})
