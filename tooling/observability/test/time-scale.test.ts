import { describe, expect, it } from 'vitest'
import { createTimeScale } from '../src/time-scale.ts'

describe('createTimeScale', () => {
  it.each([
    [1, 300, '5m', '300'],
    [1, 90, '90s', '90'],
    [1, 3600, '1h', '3600'],
    [1 / 60, 300, '5s', '5'],
    [1 / 60, 15, '250ms', '0.25'],
    [1 / 60, 3600, '1m', '60'],
    [1 / 60, 90, '1500ms', '1.5'],
  ])('writes times for PromQL: factor %d of %d s', (factor, seconds, range, number) => {
    const time = createTimeScale(factor)
    expect(time.range(seconds)).toBe(range)
    expect(time.seconds(seconds)).toBe(number)
  })
})
