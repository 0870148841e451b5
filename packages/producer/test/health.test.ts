import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8')

describe('HealthProblemCode', () => {
  it('has the codes of the table in the README, each with its status', () => {
    const codes = [...read('../src/health.ts').matchAll(/^ {2}\| '([A-Z_]+)'$/gm)].map(([, code]) => code)
    const statuses = [...read('../src/engine/health-check.ts').matchAll(/^ {2}([A-Z_]+): '([a-z-]+)',$/gm)]
    const rows = [...read('../README.md').matchAll(/^\| `([A-Z_]+)` +\| `((?:not-ready|degraded))` +\|/gm)]
    const pairs = rows.map(([, code, status]) => [code, status])
    expect(codes.length).toBeGreaterThan(0)
    expect(new Set(pairs.map(([code]) => code))).toEqual(new Set(codes))
    expect(statuses.map(([, code, status]) => [code, status])).toEqual(pairs)
  })
})
