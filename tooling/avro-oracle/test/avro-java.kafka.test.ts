import { describe, expect, it } from 'vitest'
import { askAvroJava } from '../src/ask-avro-java.ts'
import { findAvroTools } from '../src/avro-tools.ts'
import { findDifferences } from '../src/find-differences.ts'
import { randomPairs, randomReferringPairs } from '../src/random-pairs.ts'
import { readSuitePairs } from '../src/read-suite-pairs.ts'

const count = 20_000
const timeoutMs = 120_000
const tools = await findAvroTools()

// Of the module: a further try has the same values, or it would hide what the first one found.
const seed = (Number(process.env['HEADWATER_TEST_SEED']) || Date.now()) >>> 0

// Without Java, its compiler or Maven there is nobody to ask; the line that findAvroTools prints says which is missing.
describe.skipIf(tools === undefined)('checkReaderWriter', () => {
  it.each([
    ['', count, randomPairs],
    [' with references', count / 4, randomReferringPairs],
  ])(`answers random pairs%s as Avro Java does`, { timeout: timeoutMs }, async (what, number, makePairs) => {
    console.info(`random schema pairs: HEADWATER_TEST_SEED=${seed}`)
    const pairs = [...makePairs(seed, number)]
    const answers = await askAvroJava(tools!, pairs, { timeoutMs })
    const { verdicts, differences } = findDifferences(pairs, answers)
    console.info(`of ${number} random pairs${what}: ${describeShares(verdicts)}`)
    expect(differences.slice(0, 3)).toEqual([])
    // Neither verdict may become so rare that agreement says nothing.
    expect(verdicts.compatible).toBeGreaterThan(number / 10)
    expect(verdicts.incompatible).toBeGreaterThan(number / 10)
    expect(verdicts.exception).toBeGreaterThan(number / 100)
    expect(verdicts.refused).toBeGreaterThan(number / 20)
  })

  it(
    'answers every pair of the suite of @headwater/avro as Avro Java does',
    { timeout: timeoutMs },
    async () => {
      const pairs = await readSuitePairs()
      const { verdicts, differences } = findDifferences(
        pairs,
        await askAvroJava(tools!, pairs, { timeoutMs }),
      )
      console.info(`of ${pairs.length} pairs of the suite: ${describeShares(verdicts)}`)
      expect(differences.slice(0, 3)).toEqual([])
      expect(verdicts.compatible).toBeGreaterThan(30)
      expect(verdicts.incompatible).toBeGreaterThan(100)
    },
  )
})

function describeShares(verdicts: Readonly<Record<string, number>>): string {
  const all = Object.values(verdicts).reduce((sum, number) => sum + number, 0)
  return Object.entries(verdicts)
    .map(([verdict, number]) => `${number} ${verdict} (${((100 * number) / all).toFixed(1)} %)`)
    .join(', ')
}
