import { batchAttribute, decodeBatch, isControlBatch, type DecodedRecord } from '@headwater/protocol'
import type { Partition } from '../cluster/partition.ts'
import type { AbortedTransaction } from './transaction-index.ts'

/** A record as it stands in a log. */
export interface StoredRecord extends DecodedRecord {
  readonly partition: number
}

/**
 * The records of partitions, one partition after the other, by rising offset; control records are left out.
 *
 * @param committedOnly - whether records of open and of aborted transactions are left out, too
 */
export async function readLog(
  partitions: readonly Partition[],
  committedOnly: boolean,
): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  for (const { index: partition, log } of partitions) {
    const { startOffset } = log
    const end = committedOnly ? log.lastStableOffset : log.endOffset
    const aborted = committedOnly ? log.abortedIn(startOffset, end) : []
    for (const { bytes, baseOffset } of log.read(startOffset, Infinity, true, end)) {
      const { header, records } = await decodeBatch(bytes)
      if (isControlBatch(header)) continue
      const within = ({ producerId, firstOffset, lastOffset }: AbortedTransaction): boolean =>
        producerId === header.producerId && firstOffset <= baseOffset && baseOffset < lastOffset
      if ((header.attributes & batchAttribute.transactional) !== 0 && aborted.some(within)) continue
      for (const record of records) if (record.offset >= startOffset) found.push({ ...record, partition })
    }
  }
  return found
}
