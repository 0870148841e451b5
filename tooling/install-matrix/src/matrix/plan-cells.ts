import { coverPairs, type Choices } from './cover-pairs.ts'
import type { Cell } from './dimensions.ts'

/** `full`: each pair of any two choices, the package among them. `short`: each package once. */
export type Scope = 'full' | 'short'

type Row = Readonly<Record<string, string>>

/**
 * The cells of one run. The short one gives each package one row of a cover of the other choices, such that each package
 * manager, Node and TypeScript has its turn as long as there are no more values of one choice than packages.
 */
export function planCells(packages: readonly string[], choices: Choices, scope: Scope): readonly Cell[] {
  if (scope === 'full') return coverPairs({ package: packages, ...choices }).map(toCell)
  const rows = newValuesFirst(coverPairs(choices))
  return packages.map((name, index) => toCell({ package: name, ...rows[index % rows.length] }))
}

/** A cover names the values that it was given: those of {@link Cell}. */
const toCell = (row: Row): Cell => row as unknown as Cell

/** The rows in such an order that each one brings as many values as possible that none before it had. */
function newValuesFirst(rows: readonly Row[]): readonly Row[] {
  const waiting = [...rows]
  const seen = new Set<string>()
  const ordered: Row[] = []
  const fresh = (row: Row): readonly string[] =>
    Object.entries(row)
      .map((entry) => entry.join('='))
      .filter((value) => !seen.has(value))
  while (waiting.length > 0) {
    const most = Math.max(...waiting.map((row) => fresh(row).length))
    const [next] = waiting.splice(
      waiting.findIndex((row) => fresh(row).length === most),
      1,
    )
    if (next === undefined) break
    for (const value of fresh(next)) seen.add(value)
    ordered.push(next)
  }
  return ordered
}
