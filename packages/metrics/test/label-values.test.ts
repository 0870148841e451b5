import { describe, expect, it } from 'vitest'
import { LabelValues } from '../src/series/label-values.ts'

describe('LabelValues', () => {
  it('gives the first values as they are and all later ones one name', () => {
    const values = new LabelValues(2)
    expect(['a', 'b', 'c', 'a', 'd', 'b'].map((each) => values.bound(each))).toEqual([
      'a',
      'b',
      'other',
      'a',
      'other',
      'b',
    ])
  })

  it('gives no value of its own with a bound of 0', () => {
    expect(new LabelValues(0).bound('a')).toBe('other')
  })
})
