import { errorCode, listOffsets, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import type { Partition } from '../cluster/partition.ts'
import { findByTimestamp, findMaxTimestamp } from '../log/find-offset.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'
import { leaderError } from './leader-of.ts'

type Asked = RequestOf<typeof listOffsets>['topics'][number]['partitions'][number]
type Answer = ResponseInputOf<typeof listOffsets>['topics'][number]['partitions'][number]

/** The timestamps that mean something else (`ListOffsetsRequest`). */
const special = {
  latest: -1n,
  earliest: -2n,
  maxTimestamp: -3n,
  earliestLocal: -4n,
  latestTiered: -5n,
} as const

/**
 * Behaviour: by time it finds the first record at or after it, else -1. Nothing is tiered, so the earliest local
 * offset is the earliest one and the last tiered one is none.
 *
 * Versions: 1 to 11; v4 leader epochs, v7 the largest timestamp, v8 and v9 the questions about tiers.
 */
export const listOffsetsHandler: Handler<typeof listOffsets> = defineHandler({
  api: listOffsets,
  versions: [1, 11],
  async handle(request, context) {
    const topics = []
    for (const { name, partitions } of request.topics) {
      const answers: Answer[] = []
      for (const asked of partitions) answers.push(await answer(name, asked, context))
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
  { cluster, broker, injected }: RequestContext,
): Promise<Answer> {
  const { partitionIndex } = asked
  const ordered = injected.refuse(topic, partitionIndex) || injected.amend(topic, partitionIndex)
  if (ordered !== 0) return { partitionIndex, errorCode: ordered }
  const partition = cluster.partition(topic, partitionIndex)
  if (partition === undefined) return { partitionIndex, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION }
  const error = leaderError(partition, broker, asked.currentLeaderEpoch)
  if (error !== 0) return { partitionIndex, errorCode: error }
  return { partitionIndex, errorCode: 0, ...(await find(partition, asked.timestamp)) }
}

async function find(
  { log, leaderEpoch }: Partition,
  timestamp: bigint,
): Promise<Pick<Answer, 'offset' | 'timestamp' | 'leaderEpoch'>> {
  switch (timestamp) {
    case special.latest:
      return { offset: log.endOffset, leaderEpoch }
    case special.earliest:
    case special.earliestLocal:
      return { offset: log.startOffset, leaderEpoch: log.batches[0]?.leaderEpoch ?? leaderEpoch }
    case special.maxTimestamp:
      return (await findMaxTimestamp(log)) ?? {}
    case special.latestTiered:
      return {}
    default:
      return (await findByTimestamp(log, timestamp)) ?? {}
  }
}
