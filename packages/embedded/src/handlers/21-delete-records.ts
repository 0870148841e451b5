import { deleteRecords, errorCode, type ResponseInputOf } from '@headwater/protocol'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'
import { leaderError } from './leader-of.ts'

type Answer = ResponseInputOf<typeof deleteRecords>['topics'][number]['partitions'][number]

/** The offset that stands for the high watermark. */
const highWatermark = -1n

/**
 * Behaviour: moves the start of the log. Past the end is OFFSET_OUT_OF_RANGE; a topic that is not deleted from by
 * policy is POLICY_VIOLATION.
 *
 * Versions: 0 to 2.
 */
export const deleteRecordsHandler: Handler<typeof deleteRecords> = defineHandler({
  api: deleteRecords,
  versions: [0, 2],
  handle: (request, context) => ({
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, offset }) =>
        remove(name, partitionIndex, offset, context),
      ),
    })),
  }),
  fail: (request, code) => ({
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => failed(partitionIndex, code)),
    })),
  }),
  *targets(request) {
    for (const { name, partitions } of request.topics) {
      for (const { partitionIndex } of partitions) yield { topic: name, partition: partitionIndex }
    }
  },
})

function remove(name: string, partitionIndex: number, offset: bigint, context: RequestContext): Answer {
  const { cluster, broker, injected } = context
  const refused = injected.refuse(name, partitionIndex)
  if (refused !== 0) return failed(partitionIndex, refused)
  const topic = cluster.topic(name)
  const partition = topic?.partitions[partitionIndex]
  if (topic === undefined || partition === undefined) {
    return failed(partitionIndex, errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  }
  const error = leaderError(partition, broker)
  if (error !== 0) return failed(partitionIndex, error)
  if (!topic.config.has('cleanup.policy', 'delete')) return failed(partitionIndex, errorCode.POLICY_VIOLATION)
  const { log } = partition
  const target = offset === highWatermark ? log.endOffset : offset
  if (target < 0n || target > log.endOffset) return failed(partitionIndex, errorCode.OFFSET_OUT_OF_RANGE)
  log.deleteBefore(target)
  partition.changed()
  const amended = injected.amend(name, partitionIndex)
  return amended === 0
    ? { partitionIndex, lowWatermark: log.startOffset, errorCode: 0 }
    : failed(partitionIndex, amended)
}

function failed(partitionIndex: number, code: number): Answer {
  return { partitionIndex, lowWatermark: -1n, errorCode: code }
}
