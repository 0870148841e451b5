import { errorCode } from '@headwater/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { Partition } from '../cluster/partition.ts'
import type { PartitionLog, StoredBatch } from '../log/partition-log.ts'
import type { AbortedTransaction } from '../log/transaction-index.ts'
import type { WantedPartition } from './fetch-session.ts'

/** What stands for a partition in the answer. */
export interface ReadPartition {
  readonly wanted: WantedPartition
  readonly errorCode: number
  /** Where the partition is known: for the leader's name in an error, and to wait for more. */
  readonly partition: Partition | undefined
  readonly highWatermark: bigint
  readonly lastStableOffset: bigint
  readonly logStartOffset: bigint
  /** Whose records among these do not count; for who reads what is committed. */
  readonly aborted: readonly AbortedTransaction[]
  readonly records: Buffer
  /** How many there are in it. */
  readonly recordCount: number
}

/** How a request wants to be answered. */
export interface ReadOptions {
  readonly cluster: Cluster
  readonly broker: number
  readonly byTopicId: boolean
  /** Since Fetch v11 a replica that does not lead serves consumers, too (KIP-392). */
  readonly fromFollowers: boolean
  /** Whether the reader stops where the first open transaction begins. */
  readonly committedOnly: boolean
  readonly maxBytes: number
}

const noRecords = Buffer.alloc(0)

/**
 * Reads partitions in the order of the request (`ReplicaManager.readFromLog`): the first one that has data gives at
 * least one batch, however large; after that, each gives whole batches within its own limit and what is left.
 */
export function readPartitions(wanted: readonly WantedPartition[], options: ReadOptions): ReadPartition[] {
  let left = options.maxBytes
  let empty = true
  return wanted.map((one) => {
    const partition = findPartition(one, options)
    const error = readError(one, partition, options)
    if (error !== 0 || partition === undefined) {
      return {
        wanted: one,
        partition,
        errorCode: error,
        highWatermark: -1n,
        lastStableOffset: -1n,
        logStartOffset: -1n,
        aborted: [],
        records: noRecords,
        recordCount: 0,
      }
    }
    const { log } = partition
    const batches = log.read(one.fetchOffset, Math.min(one.maxBytes, left), empty, endFor(log, options))
    const records =
      batches.length === 1 ? batches[0]!.bytes : Buffer.concat(batches.map(({ bytes }) => bytes))
    if (records.length > 0) empty = false
    left = Math.max(0, left - records.length)
    return {
      wanted: one,
      partition,
      errorCode: 0,
      highWatermark: log.endOffset,
      lastStableOffset: log.lastStableOffset,
      logStartOffset: log.startOffset,
      aborted: options.committedOnly ? abortedAmong(batches, one.fetchOffset, log) : [],
      records,
      recordCount: batches.reduce(
        (sum, { baseOffset, lastOffset }) => sum + Number(lastOffset - baseOffset) + 1,
        0,
      ),
    }
  })
}

/** Whether there is something to answer with before the time that the consumer would wait. */
export function hasEnough(
  wanted: readonly WantedPartition[],
  options: ReadOptions,
  minBytes: number,
): boolean {
  let bytes = 0
  for (const one of wanted) {
    const partition = findPartition(one, options)
    if (partition === undefined || readError(one, partition, options) !== 0) return true
    bytes += partition.log.bytesFrom(one.fetchOffset, one.maxBytes, endFor(partition.log, options))
    if (bytes >= minBytes) return true
  }
  return false
}

function endFor(log: PartitionLog, { committedOnly }: ReadOptions): bigint {
  return committedOnly ? log.lastStableOffset : log.endOffset
}

function abortedAmong(
  batches: readonly StoredBatch[],
  fetchOffset: bigint,
  log: PartitionLog,
): readonly AbortedTransaction[] {
  const last = batches.at(-1)
  return last === undefined ? [] : log.abortedIn(fetchOffset, last.lastOffset + 1n)
}

function findPartition(one: WantedPartition, { cluster, byTopicId }: ReadOptions): Partition | undefined {
  const topic = byTopicId ? cluster.topicById(one.topicId) : cluster.topic(one.topic)
  return topic?.partitions[one.partition]
}

function readError(one: WantedPartition, partition: Partition | undefined, options: ReadOptions): number {
  if (partition === undefined) {
    const unknownId = options.byTopicId && options.cluster.topicById(one.topicId) === undefined
    return unknownId ? errorCode.UNKNOWN_TOPIC_ID : errorCode.UNKNOWN_TOPIC_OR_PARTITION
  }
  const { broker, fromFollowers } = options
  const serves = partition.leader === broker || (fromFollowers && partition.inSync.includes(broker))
  if (one.currentLeaderEpoch >= 0 && one.currentLeaderEpoch < partition.leaderEpoch)
    return errorCode.FENCED_LEADER_EPOCH
  if (one.currentLeaderEpoch > partition.leaderEpoch) return errorCode.UNKNOWN_LEADER_EPOCH
  if (!serves) return errorCode.NOT_LEADER_OR_FOLLOWER
  const { startOffset, endOffset } = partition.log
  return one.fetchOffset < startOffset || one.fetchOffset > endOffset ? errorCode.OFFSET_OUT_OF_RANGE : 0
}
