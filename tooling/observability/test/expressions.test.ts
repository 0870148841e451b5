import { metricDefinitions } from '@headwater/metrics'
import { describe, expect, it } from 'vitest'
import { alertDefinitions } from '../src/alert-definitions.ts'
import { dashboardDefinitions, dashboardExpressions } from '../src/dashboard-definitions.ts'
import { recipes } from '../src/recipes.ts'
import { createTimeScale } from '../src/time-scale.ts'
import { usedMetrics } from '../src/used-metrics.ts'

const definitions = new Map(metricDefinitions.map((each) => [each.name, each]))
/** Labels that Prometheus adds, and the one of a histogram's buckets. */
const everywhere = ['job', 'instance', 'le']

const cases = [
  ...alertDefinitions.map(({ name, expr }) => [`alert ${name}`, [expr(createTimeScale(1))]] as const),
  ['recipes', recipes.map(({ expr }) => expr)] as const,
  ...dashboardDefinitions.map((each) => [`dashboard ${each.name}`, dashboardExpressions(each)] as const),
]

describe('expressions', () => {
  it.each(cases)('of the %s read metrics that there are, by labels that these have', (_, expressions) => {
    for (const { name, labels } of expressions.flatMap(usedMetrics)) {
      const definition = definitions.get(name)
      expect(definition, name).toBeDefined()
      expect([...everywhere, ...(definition?.labels ?? [])], name).toEqual(
        expect.arrayContaining(labels as string[]),
      )
    }
  })

  it('read every metric in some panel', () => {
    const shown = dashboardDefinitions.flatMap(dashboardExpressions).flatMap(usedMetrics)
    const names = new Set(shown.map(({ name }) => name))
    expect([...definitions.keys()].filter((name) => !names.has(name))).toEqual([])
  })

  it('group by labels that their metrics have', () => {
    for (const expression of cases.flatMap(([, each]) => each)) {
      const known = usedMetrics(expression).flatMap(({ name }) => definitions.get(name)?.labels ?? [])
      for (const [, list = ''] of expression.matchAll(/\b(?:by|on) \(([^)]*)\)/g)) {
        const grouped = list.split(', ').filter((label) => label !== '')
        expect([...everywhere, ...known], expression).toEqual(expect.arrayContaining(grouped))
      }
    }
  })
})
