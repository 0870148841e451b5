import {
  batchAttribute,
  decodeBatch,
  decodeControlRecord,
  isControlBatch,
  kafkaError,
  splitBatches,
  type DecodedBatch,
  type fetch,
  type ResponseOf,
  type TransactionMarker,
} from '@headwater/protocol'

type FetchedPartition = ResponseOf<typeof fetch>['responses'][number]['partitions'][number]

/** Asks for what follows an offset, at the isolation level 0 or 1; answers without an error. */
export type FetchFrom = (offset: bigint, isolationLevel: number) => Promise<FetchedPartition>

interface ViewedRecord {
  readonly value: string
  readonly offset: bigint
}

interface ViewedMarker extends TransactionMarker {
  readonly producerId: bigint
  readonly offset: bigint
}

/** A partition as consumers of both isolation levels see it. */
export interface LogView {
  readonly records: readonly ViewedRecord[]
  readonly committed: readonly ViewedRecord[]
  readonly markers: readonly ViewedMarker[]
  /** Where the log ends by what was read. */
  readonly nextOffset: bigint
  readonly highWatermark: bigint
  readonly lastStableOffset: bigint
}

/** Reads a partition from its beginning, what is committed first: what stands there must stand in the whole, too. */
export async function viewLog(fetchFrom: FetchFrom): Promise<LogView> {
  const committed: ViewedRecord[] = []
  await readPages(fetchFrom, 1, (page, batches) => committed.push(...unaborted(page, batches)))
  const records: ViewedRecord[] = []
  const markers: ViewedMarker[] = []
  const last = await readPages(fetchFrom, 0, (_page, batches) => {
    for (const batch of batches) {
      const { producerId, attributes, baseOffset } = batch.header
      if (!isControlBatch({ attributes })) records.push(...shown(batch))
      else markers.push({ ...decodeControlRecord(batch.records[0]!)!, producerId, offset: baseOffset })
    }
  })
  return { records, committed, markers, ...last }
}

/** Each page is small, so that transactions reach over several; offsets must follow each other without a gap. */
async function readPages(
  fetchFrom: FetchFrom,
  isolationLevel: number,
  take: (page: FetchedPartition, batches: readonly DecodedBatch[]) => void,
): Promise<Pick<LogView, 'nextOffset' | 'highWatermark' | 'lastStableOffset'>> {
  for (let nextOffset = 0n; ;) {
    const page = await fetchFrom(nextOffset, isolationLevel)
    const { highWatermark, lastStableOffset } = page
    if (page.errorCode !== 0) throw new Error(`Fetch failed with ${kafkaError(page.errorCode).name}`)
    if (page.records === null || page.records.length === 0)
      return { nextOffset, highWatermark, lastStableOffset }
    const batches = await Promise.all(splitBatches(page.records).map((batch) => decodeBatch(batch)))
    for (const { header, records } of batches) {
      for (const { offset } of records) {
        if (offset !== nextOffset) throw new Error(`the offset ${offset} follows ${nextOffset - 1n}`)
        nextOffset++
      }
      if (header.baseOffset + BigInt(header.lastOffsetDelta) !== nextOffset - 1n)
        throw new Error(`the batch at ${header.baseOffset} does not end with its last record`)
    }
    take(page, batches)
  }
}

/** What a consumer hands out of a page (the Java consumer's `CompletedFetch`). */
function unaborted(
  { abortedTransactions }: FetchedPartition,
  batches: readonly DecodedBatch[],
): ViewedRecord[] {
  const ahead = (abortedTransactions ?? []).toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  const aborted = new Set<bigint>()
  const found: ViewedRecord[] = []
  for (const batch of batches) {
    const { producerId, attributes, baseOffset, lastOffsetDelta } = batch.header
    while (ahead.length > 0 && ahead[0]!.firstOffset <= baseOffset + BigInt(lastOffsetDelta))
      aborted.add(ahead.shift()!.producerId)
    if (isControlBatch({ attributes })) {
      if (decodeControlRecord(batch.records[0]!)?.type === 'abort') aborted.delete(producerId)
    } else if ((attributes & batchAttribute.transactional) === 0 || !aborted.has(producerId)) {
      found.push(...shown(batch))
    }
  }
  return found
}

function shown({ records }: DecodedBatch): ViewedRecord[] {
  return records.map(({ value, offset }) => ({ value: String(value), offset }))
}
