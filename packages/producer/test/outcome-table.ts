import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@headwater/protocol'
import { expect } from 'vitest'
import type { ProducerIdRenewed, SendResult } from '../src/index.ts'

/** One row of the table "How a record ends" in DESIGN.md, cell by cell. */
export interface OutcomeRow {
  readonly id: string
  readonly cause: string
  readonly state: string
  readonly code: string
  readonly outcome: string
  readonly retriable: string
  readonly numbering: string
  /** Kafka's errors that end this way, or some of them. */
  readonly names: readonly (keyof typeof errorCode)[]
}

const design = readFileSync(join(import.meta.dirname, '../../../DESIGN.md'), 'utf8')
const section = /^## How a record ends$(?<text>.*?)^## /ms.exec(design)!.groups!['text']!

/** The rows of the table by their ids. */
export const outcomeRows: ReadonlyMap<string, OutcomeRow> = new Map(
  section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, id = '', cause = '', state = '', code = '', outcome = '', retriable = '', numbering = '']) => {
      const names = namesOf(bare(id))
      const row = { id: bare(id), cause, state, code, outcome: bare(outcome), retriable, numbering, names }
      return [row.id, row]
    }),
)

/** The row of a test. */
export function outcomeRow(id: string): OutcomeRow {
  return outcomeRows.get(id) ?? expect.fail(`DESIGN.md has no row ${id} in "How a record ends"`)
}

/** Holds the end of a record to what its row says: outcome, code, whether it is worth a repeat. */
export function expectEnd(row: OutcomeRow, result: SendResult): void {
  const code = result.error?.code ?? ''
  const legal =
    row.code === "Kafka's name"
      ? Object.keys(errorCode)
      : row.code.split(', ').map((name) => (name === '' ? '' : bare(name)))
  expect(legal).toContain(code)
  expect({ outcome: result.status, retriable: result.error?.retriable }).toEqual({
    outcome: row.outcome,
    retriable: row.retriable === '' ? undefined : row.retriable === 'yes',
  })
}

/** Holds what became of the partition's numbering after so many records to what the row says; the next was delivered. */
export function expectNumbering(
  row: OutcomeRow,
  records: number,
  renewed: readonly ProducerIdRenewed[],
): void {
  const shown = renewed.map(({ producerEpoch }) => (producerEpoch === 0 ? 'new id' : 'next epoch'))
  const unchanged = row.numbering === 'never numbered' || row.numbering === 'goes on'
  expect(shown).toEqual(Array.from({ length: unchanged ? 0 : records }, () => row.numbering))
}

/** How often a record may stand in the log by how it ended. */
export const possibleCopies: Readonly<Record<string, readonly number[]>> = {
  delivered: [1],
  unknown: [0, 1],
  rejected: [0],
  'not-sent': [0],
  'dead-lettered': [0],
  spooled: [1],
}

function bare(cell: string): string {
  return cell.replaceAll('`', '')
}

function namesOf(id: string): OutcomeRow['names'] {
  const line = new RegExp(`^- \`${id}\`: (?<names>.*)$`, 'm').exec(section)?.groups?.['names'] ?? ''
  return line
    .split(' ')
    .filter((name) => name !== '')
    .map((name) => bare(name) as keyof typeof errorCode)
}
