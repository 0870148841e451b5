import { describe, expect, it } from 'vitest'
import { findDifferences } from '../src/find-differences.ts'
import { answerPair } from '../src/pair-answer.ts'
import type { SchemaPair } from '../src/random-pairs.ts'

describe('findDifferences', () => {
  const pair: SchemaPair = ['"int"', '"string"']
  const same = answerPair(pair)

  it('sees none between an answer and itself, in whatever words a text was refused', () => {
    const refused: SchemaPair = ['{', '"int"']
    const answers = [same, { readerError: 'other words', writerText: '"int"' }]
    const { differences, verdicts } = findDifferences([pair, refused], answers)
    expect(differences).toEqual([])
    expect(verdicts).toEqual({ compatible: 0, incompatible: 1, exception: 0, refused: 1 })
  })

  it.each([
    ['verdict', { compatible: true, incompatibilities: [] }],
    ['message', { incompatibilities: same.incompatibilities!.map((one) => ({ ...one, message: 'x' })) }],
    ['location', { incompatibilities: same.incompatibilities!.map((one) => ({ ...one, location: '/x' })) }],
    ['text', { readerText: '"long"' }],
    ['exception', { exception: 'x' }],
  ])('sees another %s', (_, other) => {
    expect(findDifferences([pair], [{ ...same, ...other }]).differences).toHaveLength(1)
  })
})
