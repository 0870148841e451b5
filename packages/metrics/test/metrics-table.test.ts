import { metricDefinitions, metricsTable } from '@headwater/metrics'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The cells of a Markdown table, however its columns are padded. */
function cells(table: string | undefined): string[][] {
  const lines = (table ?? '').trim().split('\n')
  return lines.map((line) => line.split('|').map((cell) => cell.trim().replace(/^-+$/, '---')))
}

describe('metricsTable', () => {
  it('stands in the README', () => {
    const [, table] = /<!-- metrics:start -->([^]*)<!-- metrics:end -->/.exec(readme) ?? []
    expect(cells(table)).toEqual(cells(metricsTable()))
  })
})

describe('metricDefinitions', () => {
  it('names counters with _total and units as Prometheus asks for', () => {
    for (const { name, type } of metricDefinitions) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/)
      expect(name.endsWith('_total')).toBe(type === 'counter')
      expect(name).not.toMatch(/_(ms|millis|milliseconds|kb|mb)$/)
    }
    expect(new Set(metricDefinitions.map(({ name }) => name)).size).toBe(metricDefinitions.length)
  })

  it('measures durations in rising buckets up to the delivery timeout', () => {
    for (const { name, buckets = [] } of metricDefinitions.filter(({ type }) => type === 'histogram')) {
      expect(buckets).toEqual([...buckets].sort((left, right) => left - right))
      if (name.endsWith('_seconds')) expect(buckets.at(-1)).toBe(120)
    }
  })
})
