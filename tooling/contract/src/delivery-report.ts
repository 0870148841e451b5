import type { LoggedRecord } from './log-reader.ts'

/** A send that resolved. */
export interface Acknowledged {
  readonly id: string
  readonly key: string
  readonly partition?: number | undefined
  readonly offset?: bigint | undefined
}

/** What a log says of what was acknowledged. */
export interface DeliveryReport {
  readonly acknowledged: number
  readonly stored: number
  /** Acknowledged and absent. */
  readonly lost: number
  /** Records beyond the first of the same id. */
  readonly duplicated: number
  /** Records that stand behind a younger one of their key. */
  readonly reordered: number
  /** Receipts whose offset holds another record. */
  readonly misplaced: number
}

/** Compares acknowledgements with the log; a record's value is its id, `key/number`, numbered by key. */
export function compareWithLog(
  acknowledged: readonly Acknowledged[],
  log: readonly LoggedRecord[],
): DeliveryReport {
  const counts = new Map<string, number>()
  const latest = new Map<string, number>()
  const places = new Map<string, string>()
  let reordered = 0
  for (const { partition, offset, value } of log) {
    const id = value ?? ''
    counts.set(id, (counts.get(id) ?? 0) + 1)
    places.set(`${partition}/${offset}`, id)
    const [key = '', number = '0'] = id.split('/')
    const before = latest.get(key) ?? -1
    if (Number(number) < before) reordered++
    latest.set(key, Math.max(before, Number(number)))
  }
  const misplaced = acknowledged.filter(
    ({ id, partition, offset }) => offset !== undefined && places.get(`${partition}/${offset}`) !== id,
  )
  return {
    acknowledged: acknowledged.length,
    stored: log.length,
    lost: acknowledged.filter(({ id }) => !counts.has(id)).length,
    duplicated: [...counts.values()].reduce((sum, count) => sum + count - 1, 0),
    reordered,
    misplaced: misplaced.length,
  }
}
