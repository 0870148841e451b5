import { describe, expect, it } from 'vitest'
import { alertDefinitions } from '../src/alert-definitions.ts'
import { createTimeScale } from '../src/time-scale.ts'

const byName = alertDefinitions.map((alert) => [alert.name, alert] as const)

describe('alertDefinitions', () => {
  it.each(byName)('%s has a test in which it fires, and one in which it does not', (_, { tests }) => {
    expect(tests.some(({ fires }) => fires.length > 0)).toBe(true)
    expect(tests.some(({ fires }) => fires.length === 0)).toBe(true)
  })

  it.each(byName)('%s says in which labels it differs, and what to do', (_, alert) => {
    expect(alert.summary.length).toBeLessThan(110)
    expect(alert.description.split(/[.;:] /).length).toBeGreaterThan(1)
    expect(alert.steps.length).toBeGreaterThan(1)
    const firing = alert.tests.flatMap(({ fires }) => fires)
    const named = [...alert.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label)
    for (const { labels } of firing) for (const label of named) expect(Object.keys(labels)).toContain(label)
  })

  it.each(byName)('%s writes no time that stays as it is when times are scaled', (_, { expr }) => {
    const times = (factor: number) =>
      expr(createTimeScale(factor)).match(/(?<=\[|offset )\d+(?:ms|[smhd])/g) ?? []
    const kept = times(1).filter((each, index) => times(1 / 60)[index] === each)
    expect(kept).toEqual([])
  })

  it('has every name once, as a name of Prometheus', () => {
    const names = alertDefinitions.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^(?:[A-Z][a-z]+){2,}$/)
  })
})
