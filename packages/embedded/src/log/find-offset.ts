import { decodeBatch, type DecodedRecord } from '@headwater/protocol'
import type { PartitionLog, StoredBatch } from './partition-log.ts'

/** An offset with what ListOffsets says beside it. */
export interface FoundOffset {
  readonly offset: bigint
  readonly timestamp: bigint
  readonly leaderEpoch: number
}

/** The first record at or after a time; `undefined` where all records are older. */
export function findByTimestamp(log: PartitionLog, timestamp: bigint): Promise<FoundOffset | undefined> {
  return firstRecord(log, log.batches, (record) => record.timestamp >= timestamp, timestamp)
}

/** The first record with the largest timestamp; `undefined` in an empty log. */
export function findMaxTimestamp(log: PartitionLog): Promise<FoundOffset | undefined> {
  const largest = log.batches.reduce(
    (max, batch) => (batch.maxTimestamp > max ? batch.maxTimestamp : max),
    -1n,
  )
  return firstRecord(log, log.batches, (record) => record.timestamp === largest, largest)
}

async function firstRecord(
  log: PartitionLog,
  batches: readonly StoredBatch[],
  matches: (record: DecodedRecord) => boolean,
  atLeast: bigint,
): Promise<FoundOffset | undefined> {
  const { startOffset } = log
  // A header may promise more than its records hold: some clients write a wrong largest timestamp.
  for (const { bytes, leaderEpoch } of batches.filter((batch) => batch.maxTimestamp >= atLeast)) {
    const { records } = await decodeBatch(bytes)
    const found = records.find((record) => record.offset >= startOffset && matches(record))
    if (found !== undefined) return { offset: found.offset, timestamp: found.timestamp, leaderEpoch }
  }
  return undefined
}
