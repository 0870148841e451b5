import type { FactCounts } from './fact-suites.ts'

/** One row: the suite's name, and its numbers. */
export type FactRow = FactCounts & { readonly name: string }

const start = '<!-- facts:start -->'
const end = '<!-- facts:end -->'
const columns = ['facts', 'embedded', 'real'] as const
const rowPattern = /^\| (\S.*?) +\| +(\d+) \| +(\d+) \| +(\d+) \|$/gmu

/** Puts the rows between the markers of a README. */
export function putFactTable(readme: string, rows: readonly FactRow[]): string {
  const { before, after } = splitReadme(readme)
  return `${before}${start}\n\n${formatTable(rows)}\n${end}${after}`
}

/** The rows that stand between the markers of a README. */
export function readFactTable(readme: string): readonly FactRow[] {
  const { between } = splitReadme(readme)
  return Array.from(between.matchAll(rowPattern), ([, name = '', facts, embedded, real]) => ({
    name,
    facts: Number(facts),
    embedded: Number(embedded),
    real: Number(real),
  }))
}

/** @throws Error when the markers are not there */
function splitReadme(readme: string): { before: string; between: string; after: string } {
  const [before, rest] = readme.split(start)
  const [between, after] = rest?.split(end) ?? []
  if (before === undefined || between === undefined || after === undefined) {
    throw new Error(`The README has no ${start} and ${end}; put them where the table belongs.`)
  }
  return { before, between, after }
}

/** As oxfmt lays it out, so that writing it leaves nothing to format. */
function formatTable(rows: readonly FactRow[]): string {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length))
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => String(row[column]).length)),
  )
  const line = (name: string, cells: readonly unknown[]): string =>
    `| ${name.padEnd(nameWidth)} | ${cells.map((cell, at) => String(cell).padStart(widths[at]!)).join(' | ')} |\n`
  const rule = line(
    '-'.repeat(nameWidth),
    widths.map((width) => `${'-'.repeat(width - 1)}:`),
  )
  const body = rows.map((row) =>
    line(
      row.name,
      columns.map((column) => row[column]),
    ),
  )
  return [line('suite', columns), rule, ...body].join('')
}
