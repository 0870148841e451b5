import { errorCode, listOffsets, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import type { Partition } from '../cluster/partition.ts'
import { findByTimestamp, findMaxTimestamp, type FoundOffset } from '../log/find-offset.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'
import { leaderError } from './leader-of.ts'

type Asked = RequestOf<typeof listOffsets>['topics'][number]['partitions'][number]
type Found = Pick<Answer, 'offset' | 'timestamp' | 'leaderEpoch'>
type Answer = ResponseInputOf<typeof listOffsets>['topics'][number]['partitions'][number]

const readCommitted = 1

/** The timestamps that mean something else (`ListOffsetsRequest`). */
const special = {
  latest: -1n,
  earliest: -2n,
  maxTimestamp: -3n,
  earliestLocal: -4n,
  latestTiered: -5n,
  earliestPendingUpload: -6n,
} as const

/** The first version of each question; Kafka's answer to one before it, and to unknown ones, is UNSUPPORTED_VERSION. */
const askedSince: ReadonlyMap<bigint, number> = new Map([
  [special.latest, 1],
  [special.earliest, 1],
  [special.maxTimestamp, 7],
  [special.earliestLocal, 8],
  [special.latestTiered, 9],
  [special.earliestPendingUpload, 11],
])

/**
 * Behaviour: by time it finds the first record at or after it, else -1. Nothing is tiered, so the earliest local
 * offset is the earliest one, and neither is there a last tiered one nor one that waits for its upload. Who reads what is committed sees nothing from the
 * first open transaction on.
 *
 * Versions: 1 to 11; v2 isolation, v4 leader epochs, v7 the largest timestamp, v8, v9 and v11 the questions about tiers.
 */
export const listOffsetsHandler: Handler<typeof listOffsets> = defineHandler({
  api: listOffsets,
  versions: [1, 11],
  async handle(request, context) {
    const topics = []
    for (const { name, partitions } of request.topics) {
      const answers: Answer[] = []
      for (const asked of partitions) {
        answers.push(await answer(name, asked, request.isolationLevel === readCommitted, context))
      }
      topics.push({ name, partitions: answers })
    }
    return { topics }
  },
  fail: (request, code) => ({
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
    })),
  }),
  *targets(request) {
    for (const { name, partitions } of request.topics) {
      for (const { partitionIndex } of partitions) yield { topic: name, partition: partitionIndex }
    }
  },
})

async function answer(
  topic: string,
  asked: Asked,
  committedOnly: boolean,
  { cluster, broker, version, injected }: RequestContext,
): Promise<Answer> {
  const { partitionIndex } = asked
  const ordered = injected.refuse(topic, partitionIndex) || injected.amend(topic, partitionIndex)
  if (ordered !== 0) return { partitionIndex, errorCode: ordered }
  if (asked.timestamp < 0n && version < (askedSince.get(asked.timestamp) ?? Infinity))
    return { partitionIndex, errorCode: errorCode.UNSUPPORTED_VERSION }
  const partition = cluster.partition(topic, partitionIndex)
  if (partition === undefined) return { partitionIndex, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION }
  const error = leaderError(partition, broker, asked.currentLeaderEpoch)
  if (error !== 0) return { partitionIndex, errorCode: error }
  return { partitionIndex, errorCode: 0, ...(await find(partition, asked.timestamp, committedOnly)) }
}

async function find(
  { log, leaderEpoch }: Partition,
  timestamp: bigint,
  committedOnly: boolean,
): Promise<Found> {
  const end = committedOnly ? log.lastStableOffset : log.endOffset
  switch (timestamp) {
    case special.latest:
      return { offset: end, leaderEpoch }
    case special.earliest:
    case special.earliestLocal:
      return { offset: log.startOffset, leaderEpoch: log.batches[0]?.leaderEpoch ?? leaderEpoch }
    case special.maxTimestamp:
      return before(end, await findMaxTimestamp(log))
    case special.latestTiered:
    case special.earliestPendingUpload:
      return {}
    default:
      return before(end, await findByTimestamp(log, timestamp))
  }
}

function before(end: bigint, found: FoundOffset | undefined): Found {
  return found !== undefined && found.offset < end ? found : {}
}
