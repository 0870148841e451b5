import type { JournalEntry } from '../faults/journal.ts'

/** As many lines as a terminal bears; the last ones tell why a test failed. */
const maxLines = 200

/** Prints what happened in the cluster of a test. */
export function printJournal(test: string, entries: readonly JournalEntry[]): void {
  const left = Math.max(0, entries.length - maxLines)
  const lines = entries.slice(left).map(({ atMs, text }) => `  ${new Date(atMs).toISOString()} ${text}`)
  const head = left === 0 ? '' : `, without the first ${left} of ${entries.length} lines`
  console.error([`Kafka's journal of the test "${test}"${head}:`, ...lines].join('\n'))
}
