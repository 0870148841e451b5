import { describe, expect, it } from 'vitest'
import { usedMetrics } from '../src/used-metrics.ts'

describe('usedMetrics', () => {
  it.each([
    ['a_b_total', [{ name: 'a_b_total', labels: [] }]],
    [
      'sum by (client_id) (rate(a_b_total{x_y="c_d", z!~"e"}[5m]))',
      [{ name: 'a_b_total', labels: ['x_y', 'z'] }],
    ],
    ['histogram_quantile(0.9, rate(a_b_bucket[$__rate_interval]))', [{ name: 'a_b', labels: [] }]],
    [
      'a_b > 0 unless on (client_id) c_d',
      [
        { name: 'a_b', labels: [] },
        { name: 'c_d', labels: [] },
      ],
    ],
    [
      'a_b * on (x) group_left (y) c_d offset 5m',
      [
        { name: 'a_b', labels: [] },
        { name: 'c_d', labels: [] },
      ],
    ],
    ['up == 0 and count_over_time(a_b[1h])', [{ name: 'a_b', labels: [] }]],
  ])('finds what is read in %s', (expression, found) => {
    expect(usedMetrics(expression)).toEqual(found)
  })
})
