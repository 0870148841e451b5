import type { FoundRecord, Placement, Send } from './delivery-ledger.ts'

/** What the log says of what was answered. */
export interface LogComparison {
  /** Records of this run's mails, dead letters included. */
  readonly stored: number
  /** Answered 202, and the record is not where the 202 says, or does not hold the same bytes. */
  readonly lost: number
  /** Records beyond one per send. */
  readonly duplicated: number
  /** Of {@link LogComparison.duplicated}: of mails that were posted again after a 503, which may store them twice. */
  readonly duplicatedByRetry: number
  /** Records that stand behind one of their key that was posted only after their own 202. */
  readonly reordered: number
  /** Mails whose 202 says dead-lettered. */
  readonly deadLettered: number
  /** Records of nobody's mail: somebody else writes to these topics, or bytes were damaged. */
  readonly foreign: number
}

/** Compares all sends of a run with all records that it left, which come by partition and in log order. */
export function compareWithLog(sends: readonly Send[], records: readonly FoundRecord[]): LogComparison {
  const bySha256 = Map.groupBy(sends, ({ sha256 }) => sha256)
  const ours = records.filter(({ sha256 }) => sha256 !== undefined && bySha256.has(sha256))
  const { matched, lost } = match(sends, ours)
  const counts = Map.groupBy(ours, ({ sha256 }) => sha256)
  let duplicated = 0
  let duplicatedByRetry = 0
  for (const [sha256, copies] of counts) {
    const posted = bySha256.get(sha256 ?? '') ?? []
    const beyond = Math.max(0, copies.length - posted.length)
    duplicated += beyond
    if (posted.some(({ attempts }) => attempts > 1)) duplicatedByRetry += beyond
  }
  return {
    stored: ours.length,
    lost,
    duplicated,
    duplicatedByRetry,
    reordered: countReordered(ours, matched),
    deadLettered: sends.filter(({ outcome }) => outcome.kind === 'acknowledged' && outcome.deadLettered)
      .length,
    foreign: records.length - ours.length,
  }
}

interface Matches {
  /** The send whose 202 names the record. */
  readonly matched: ReadonlyMap<FoundRecord, Send>
  readonly lost: number
}

/** Each 202 has one record, each record answers for one 202: by place and bytes, or by bytes where no offset was said. */
function match(sends: readonly Send[], records: readonly FoundRecord[]): Matches {
  const byPlace = new Map(records.map((record) => [placeOf(record), record]))
  const matched = new Map<FoundRecord, Send>()
  let lost = 0
  const acknowledged = sends.flatMap((send) =>
    send.outcome.kind === 'acknowledged' ? [{ send, placement: send.outcome.placement }] : [],
  )
  // Those that know their place first: what is left is for those that do not.
  for (const { send, placement } of acknowledged.toSorted(placedFirst)) {
    const record =
      placement.offset === undefined
        ? records.find((each) => !matched.has(each) && fits(send, placement, each))
        : byPlace.get(placeOf(placement))
    if (record !== undefined && !matched.has(record) && fits(send, placement, record)) {
      matched.set(record, send)
    } else lost++
  }
  return { matched, lost }
}

function placedFirst(a: { placement: Placement }, b: { placement: Placement }): number {
  return Number(a.placement.offset === undefined) - Number(b.placement.offset === undefined)
}

function placeOf({ topic, partition, offset }: Placement): string {
  return `${topic}/${partition}/${offset}`
}

function fits({ sha256 }: Send, { topic, partition }: Placement, record: FoundRecord): boolean {
  return record.sha256 === sha256 && record.topic === topic && record.partition === partition
}

/**
 * Two mails that were on their way at the same time have no order. One that was posted after another's 202 has: its
 * record must stand behind, in the same partition. Records without a key are in no order.
 */
function countReordered(records: readonly FoundRecord[], matched: ReadonlyMap<FoundRecord, Send>): number {
  const keys = new Map<string, { readonly partition: number; youngest: number }>()
  let reordered = 0
  for (const record of records) {
    const send = matched.get(record)
    if (send?.outcome.kind !== 'acknowledged' || record.key === null) continue
    const name = `${record.topic}/${record.key}`
    const seen = keys.get(name) ?? { partition: record.partition, youngest: -1 }
    keys.set(name, seen)
    if (record.partition !== seen.partition || send.outcome.acknowledgedAt < seen.youngest) reordered++
    seen.youngest = Math.max(seen.youngest, send.startedAt)
  }
  return reordered
}
