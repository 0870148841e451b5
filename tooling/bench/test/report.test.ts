import { describe, expect, it } from 'vitest'
import { median } from '../src/measure.ts'
import { formatReport, holds, ratiosOf } from '../src/report.ts'

const run = (recordsPerSecond: number, cpuMicrosPerRecord: number) => ({
  recordsPerSecond,
  cpuMicrosPerRecord,
})
const results = [
  { name: 'theirs one', runs: [run(1000, 200)] },
  { name: 'ours one', runs: [run(30_000, 5)] },
  { name: 'theirs bulk', runs: [run(40_000, 20)] },
  { name: 'ours bulk', runs: [run(80_000, 6)] },
]
const lone = { theirs: { p50Ms: 0.4, p99Ms: 3 }, ours: { p50Ms: 0.5, p99Ms: 3 } }

describe('ratiosOf', () => {
  it('compares ours with theirs and says which promise does not hold', () => {
    const ratios = ratiosOf(results, lone)
    expect(ratios.map(({ measured }) => measured)).toEqual([30, 2, 0.3, 1.25])
    expect(ratios.map(holds)).toEqual([true, false, true, false])
    expect(formatReport(results, lone, { firstMs: 30, oneMs: 5, threeMs: 9 })).toContain('NOT REACHED')
  })
})

describe('median', () => {
  it('takes the middle, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
  })
})
