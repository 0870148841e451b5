import { describe, expect, it } from 'vitest'
import { coverPairs, type Choices } from '../src/matrix/cover-pairs.ts'
import { dimensions } from '../src/matrix/dimensions.ts'

/** Counted in another way than the generator counts. */
function missingPairs(
  choices: Choices,
  rows: readonly Readonly<Record<string, string>>[],
): readonly string[] {
  const names = Object.keys(choices)
  return names.flatMap((one) =>
    names
      .filter((other) => other > one)
      .flatMap((other) =>
        (choices[one] ?? []).flatMap((a) =>
          (choices[other] ?? [])
            .filter((b) => !rows.some((row) => row[one] === a && row[other] === b))
            .map((b) => `${one}=${a} ${other}=${b}`),
        ),
      ),
  )
}

const packages = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm']

describe('coverPairs', () => {
  it.each<[string, Choices]>([
    ['what users choose', { ...dimensions }],
    ['packages and what users choose', { package: packages, ...dimensions }],
    ['two choices', { a: ['1', '2'], b: ['x', 'y', 'z'] }],
    ['a choice with one value', { a: ['1'], b: ['x', 'y'], c: ['p', 'q', 'r'] }],
  ])('holds each pair of %s', (_, choices) => {
    expect(missingPairs(choices, coverPairs(choices))).toEqual([])
  })

  it('needs not many more rows than its two largest choices have pairs', () => {
    const rows = coverPairs({ package: packages, ...dimensions })
    const fewest = packages.length * dimensions.manager.length
    expect(rows.length).toBeGreaterThanOrEqual(fewest)
    expect(rows.length).toBeLessThanOrEqual(fewest * 1.15)
  })

  it('needs each of its rows', () => {
    const rows = coverPairs({ ...dimensions })
    for (const row of rows) {
      expect(
        missingPairs(
          { ...dimensions },
          rows.filter((each) => each !== row),
        ),
      ).not.toEqual([])
    }
  })

  it('gives the same rows each time', () => {
    expect(coverPairs({ ...dimensions })).toEqual(coverPairs({ ...dimensions }))
  })
})
