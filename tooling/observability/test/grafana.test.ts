import { describe, expect, it } from 'vitest'
import { alertDefinitions } from '../src/alert-definitions.ts'
import { dashboardDefinitions } from '../src/dashboard-definitions.ts'
import { toGrafana } from '../src/grafana.ts'

interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

interface GrafanaFile {
  readonly uid: string
  readonly panels: readonly {
    readonly id: number
    readonly title: string
    readonly type: string
    readonly gridPos: Place
    readonly description?: string
    readonly targets?: readonly { readonly refId: string; readonly datasource: unknown }[]
  }[]
}

const files = dashboardDefinitions.map((each) => [each.name, toGrafana(each) as GrafanaFile] as const)

const overlap = (left: Place, right: Place): boolean =>
  left.x < right.x + right.w &&
  right.x < left.x + left.w &&
  left.y < right.y + right.h &&
  right.y < left.y + left.h

describe('toGrafana', () => {
  it.each(files)('places the panels of %s side by side, none over another', (_, { panels }) => {
    const places = panels.map(({ gridPos }) => gridPos)
    for (const [index, place] of places.entries()) {
      expect(place.x + place.w).toBeLessThanOrEqual(24)
      expect(places.slice(index + 1).filter((other) => overlap(place, other))).toEqual([])
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  })

  it.each(files)(
    'has the panels of %s ask the chosen Prometheus, and say what they show',
    (_, { panels }) => {
      for (const { type, description = '', targets = [] } of panels) {
        if (type === 'row') continue
        expect(description).toMatch(/\.$/)
        expect(targets.length).toBeGreaterThan(0)
        for (const { datasource } of targets)
          expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' })
        expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
      }
    },
  )

  it('names in descriptions alerts that there are', () => {
    const text = JSON.stringify(files)
    const named = [...text.matchAll(/\b(?:Kafka|Intake|Schema)(?:[A-Z][a-z]+)+\b/g)].map(([name]) => name)
    const names = new Set(alertDefinitions.map(({ name }) => name))
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((name) => !names.has(name))).toEqual([])
  })

  it('gives every dashboard an address of its own', () => {
    expect(files.map(([, { uid }]) => uid)).toEqual([
      'headwater-producer',
      'headwater-channels',
      'headwater-schemas',
    ])
  })
})
