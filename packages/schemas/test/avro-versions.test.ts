import { deepStrictEqual } from 'node:assert'
import { checkReaderWriter } from '@headwater/avro'
import { describe, expect, it } from 'vitest'
import { createAvroCodec } from '../src/index.ts'
import { createRandom } from './values/create-random.ts'
import { fit, toPlain } from './values/fit.ts'
import { memoryRegistry } from './values/memory-registry.ts'
import { nextVersion } from './values/next-version.ts'
import { randomSchema, type Schema } from './values/random-schema.ts'
import { randomValue } from './values/random-value.ts'
import { resolve } from './values/resolve.ts'

const seed = Number(process.env['HEADWATER_TEST_SEED'] ?? 1)
const pairs = 150
const valuesEach = 5

describe('createAvroCodec', () => {
  it(
    `reads what another version wrote wherever the checker calls the two compatible (seed ${seed})`,
    { timeout: 60_000 },
    async () => {
      const random = createRandom(seed)
      let read = 0
      for (let left = pairs; left > 0; left--) {
        const written = randomSchema(random)
        const wanted = nextVersion(written, random)
        if (!checkReaderWriter(JSON.stringify(wanted), JSON.stringify(written)).compatible) continue
        try {
          read += await readAll(written, wanted, random)
        } catch (error) {
          const told = `seed ${seed}, ${JSON.stringify(written)}, read as ${JSON.stringify(wanted)}`
          throw new Error(told, { cause: error })
        }
      }
      // The generator makes enough of them.
      expect(read).toBeGreaterThan(500)
    },
  )
})

async function readAll(written: Schema, wanted: Schema, random: () => number): Promise<number> {
  const registry = memoryRegistry()
  const writer = await createAvroCodec({ registry, topics: { t: written as object } })
  const reader = await createAvroCodec({ registry, topics: { t: wanted as object } })
  for (let n = 0; n < valuesEach; n++) {
    const value = fit(written, randomValue(written, random, 0))
    const decoded = await reader.decodeAsync(writer.encode('t', value), { topic: 't' })
    deepStrictEqual(toPlain(decoded), resolve(written, wanted, value))
  }
  return valuesEach
}
