import { deepStrictEqual } from 'node:assert'
import avsc from 'avsc'
import { describe, expect, it } from 'vitest'
import { SchemaValidationError, createAvroCodec, createRegistry, type AvroCodec } from '../src/index.ts'
import { fit, noFit, toPlain } from './values/fit.ts'
import { createRandom } from './values/create-random.ts'
import { randomSchema, type Schema } from './values/random-schema.ts'
import { randomValue } from './values/random-value.ts'

// A registry that gives every schema the id 1: here nothing is asked of it.
const fetch = (): Promise<Response> => Promise.resolve(new Response('{"id":1}'))
const open = (schema: object): Promise<AvroCodec> =>
  createAvroCodec({ registry: createRegistry({ url: 'http://registry', fetch }), topics: { t: schema } })

const seed = Number(process.env['HEADWATER_TEST_SEED'] ?? 1)
const schemas = 100
const valuesEach = 30

/** Holds one value to the rules; gives whether it fits. */
function check(
  codec: AvroCodec,
  type: avsc.Type,
  schema: Schema,
  value: unknown,
  isFaithful: boolean,
): boolean {
  const expected = fit(schema, value)
  if (expected === noFit) {
    expect(() => codec.encode('t', value)).toThrow(SchemaValidationError)
    return false
  }
  const bytes = codec.encode('t', value)
  deepStrictEqual(toPlain(codec.decode(bytes)), expected)
  // The same bytes as avsc's own, for a value in its own terms with nothing left out. Not for every long: it writes odd
  // ones below -2^52 as others.
  if (isFaithful) expect(Buffer.compare(bytes.subarray(5), type.toBuffer(expected))).toBe(0)
  return true
}

describe('createAvroCodec', () => {
  it(
    `takes what fits a schema and reads it again, and refuses all else (seed ${seed})`,
    { timeout: 60_000 },
    async () => {
      const random = createRandom(seed)
      const counts = { taken: 0, refused: 0 }
      for (let left = schemas; left > 0; left--) {
        const schema = randomSchema(random)
        const codec = await open(schema as object)
        const type = avsc.Type.forSchema(schema as avsc.Schema)
        for (let n = 0; n < valuesEach; n++) {
          const isFaithful = n % 3 === 0
          const value = randomValue(schema, random, isFaithful ? 0 : 0.08)
          try {
            counts[check(codec, type, schema, value, isFaithful) ? 'taken' : 'refused']++
          } catch (error) {
            throw new Error(`seed ${seed}, ${JSON.stringify(schema)}`, { cause: error })
          }
        }
      }
      // The generator makes enough of both.
      expect(counts.taken).toBeGreaterThan(1_000)
      expect(counts.refused).toBeGreaterThan(500)
    },
  )
})
