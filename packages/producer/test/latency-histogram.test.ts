import { describe, expect, it } from 'vitest'
import { LatencyHistogram } from '../src/engine/latency-histogram.ts'

describe('LatencyHistogram', () => {
  it('says 0 before anything was recorded', () => {
    expect(new LatencyHistogram().percentile(0.99)).toBe(0)
  })

  it('is within 1/16 above the true percentile, over nine orders of magnitude', () => {
    const histogram = new LatencyHistogram()
    const values = Array.from({ length: 10_000 }, (_, i) => 0.002 * 1.00205 ** i)
    for (const value of values) histogram.record(value)
    for (const share of [0.01, 0.5, 0.9, 0.99, 1]) {
      const exact = values[Math.ceil(values.length * share) - 1]!
      const told = histogram.percentile(share)
      expect(told).toBeGreaterThanOrEqual(exact * 0.999)
      expect(told).toBeLessThanOrEqual(exact * (1 + 1 / 16) * 1.001)
    }
    expect(histogram.maxMs).toBe(values.at(-1))
  })

  it('takes zero, negative and enormous latencies', () => {
    const histogram = new LatencyHistogram()
    for (const value of [0, -1, 1e12]) histogram.record(value)
    expect(histogram.percentile(0.5)).toBeLessThan(0.01)
    expect(histogram.percentile(1)).toBeGreaterThan(1e6)
  })
})
