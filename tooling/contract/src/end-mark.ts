import { randomUUID } from 'node:crypto'

const prefix = 'end-'

/** A value for the last record of a partition, up to which a reader reads. */
export function endMark(): string {
  return `${prefix}${randomUUID()}`
}

/** Whether a value is such a mark, this reader's or another's, and not one of the records that a test asks about. */
export function isEndMark(value: string): boolean {
  return value.startsWith(prefix)
}
