import { decodeBatch, isControlBatch, type DecodedRecord } from '@headwater/protocol'
import type { Partition } from '../cluster/partition.ts'

/** A record as it stands in a log. */
export interface StoredRecord extends DecodedRecord {
  readonly partition: number
}

/** The records of partitions, one partition after the other, by rising offset; control records are left out. */
export async function readLog(partitions: readonly Partition[]): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  for (const { index: partition, log } of partitions) {
    const { startOffset } = log
    for (const { bytes } of log.batches.slice()) {
      const { header, records } = await decodeBatch(bytes)
      if (isControlBatch(header)) continue
      for (const record of records) if (record.offset >= startOffset) found.push({ ...record, partition })
    }
  }
  return found
}
