import { describe, expect, it } from 'vitest'
import { baseStaysSmall } from '../../src/rules/base-stays-small.ts'
import { madeUpRepo } from '../made-up-repo.ts'

describe('baseStaysSmall', () => {
  it('refuses the three hundredth line', () => {
    // The made-up base has two lines of its own.
    const lines = (count: number): string => 'x\n'.repeat(count)
    expect(baseStaysSmall(madeUpRepo({ 'packages/base/src/more.ts': lines(297) }))).toEqual([])
    expect(baseStaysSmall(madeUpRepo({ 'packages/base/src/more.ts': lines(298) }))).toHaveLength(1)
  })
})
