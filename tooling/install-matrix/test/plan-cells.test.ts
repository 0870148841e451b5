import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dimensions, type Cell } from '../src/matrix/dimensions.ts'
import { planCells } from '../src/matrix/plan-cells.ts'

const packages = globSync('packages/*', { cwd: join(import.meta.dirname, '../../..') }).toSorted()

describe('planCells', () => {
  it('installs each package once in the short run', () => {
    const cells = planCells(packages, { ...dimensions }, 'short')
    expect(cells.map((cell) => cell.package)).toEqual(packages)
  })

  it.each(Object.keys(dimensions) as (keyof typeof dimensions)[])(
    'gives each %s its turn in the short run',
    (name) => {
      const cells = planCells(packages, { ...dimensions }, 'short')
      const tried = new Set(cells.map((cell: Cell): string => cell[name]))
      expect([...tried].toSorted()).toEqual([...dimensions[name]].toSorted())
    },
  )

  it('installs each package with each package manager in the full run', () => {
    const cells = planCells(packages, { ...dimensions }, 'full')
    const tried = new Set(cells.map((cell) => `${cell.package} ${cell.manager}`))
    expect(tried.size).toBe(packages.length * dimensions.manager.length)
  })
})
