import { describe, expect, it } from 'vitest'
import { answerPair, verdictOf, type Verdict } from '../src/pair-answer.ts'
import { randomPairs } from '../src/random-pairs.ts'

describe('randomPairs', () => {
  it('makes the same pairs from the same seed, and others from another', () => {
    const pairs = [...randomPairs(7, 50)]
    expect([...randomPairs(7, 50)]).toEqual(pairs)
    expect([...randomPairs(8, 50)]).not.toEqual(pairs)
  })

  it('makes pairs that end in every way, and mostly by a comparison', () => {
    const ended: Record<Verdict, number> = { compatible: 0, incompatible: 0, exception: 0, refused: 0 }
    for (const pair of randomPairs(7, 2000)) ended[verdictOf(answerPair(pair))]++
    expect(ended.compatible).toBeGreaterThan(400)
    expect(ended.incompatible).toBeGreaterThan(200)
    expect(ended.exception).toBeGreaterThan(20)
    expect(ended.refused).toBeGreaterThan(100)
    expect(ended.refused).toBeLessThan(800)
  })

  it('breaks every rule', () => {
    const types = new Set<string>()
    for (const pair of randomPairs(7, 2000)) {
      for (const { type } of answerPair(pair).incompatibilities ?? []) types.add(type)
    }
    expect([...types].toSorted()).toEqual([
      'FIXED_SIZE_MISMATCH',
      'MISSING_ENUM_SYMBOLS',
      'MISSING_UNION_BRANCH',
      'NAME_MISMATCH',
      'READER_FIELD_MISSING_DEFAULT_VALUE',
      'TYPE_MISMATCH',
    ])
  })
})
