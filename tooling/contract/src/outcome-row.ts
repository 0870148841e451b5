import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What DESIGN.md says of one way for a record to end, in "How a record ends". */
interface OutcomeRow {
  readonly outcome: string
  /** The code in the cell, "Kafka's name" or nothing. */
  readonly code: string
  /** `undefined` for a record that is delivered. */
  readonly retriable: boolean | undefined
  readonly numbering: string
}

const design = readFileSync(join(import.meta.dirname, '../../../DESIGN.md'), 'utf8')

/**
 * The row of this name.
 *
 * @throws Error when there is none.
 */
export function readOutcomeRow(id: string): OutcomeRow {
  const line = design.split('\n').find((each) => each.startsWith(`| \`${id}\``))
  if (line === undefined) throw new Error(`DESIGN.md has no row ${id} in "How a record ends"`)
  const [code = '', outcome = '', retriable = '', numbering = ''] = line
    .split('|')
    .slice(4)
    .map((cell) => cell.trim().replaceAll('`', ''))
  return { outcome, code, retriable: retriable === '' ? undefined : retriable === 'yes', numbering }
}
