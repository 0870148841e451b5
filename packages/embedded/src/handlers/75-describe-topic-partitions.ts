import { describeTopicPartitions, errorCode, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import type { MetadataView, ViewedTopic } from '../cluster/metadata-view.ts'
import { describePartition } from './describe-partition.ts'
import { defineHandler, type Handler } from './handler.ts'

type Request = RequestOf<typeof describeTopicPartitions>
type TopicResponse = ResponseInputOf<typeof describeTopicPartitions>['topics'][number]

/** Kafka: `max.request.partition.size.limit`. */
const maxPartitions = 2000
/** What a client may do with a topic, as bits by `AclOperation`: everything, from Read to AlterConfigs. */
const allOperations = 0b1101_1111_1000
const noTopicId = '00000000-0000-0000-0000-000000000000'

/**
 * Behaviour: topics by name with their partitions, as many as the limit allows; then a cursor says where to go on.
 * Eligible leader replicas are none: whoever may lead is in sync. Operations are told unasked, as Kafka does here.
 *
 * Versions: 0.
 */
export const describeTopicPartitionsHandler: Handler<typeof describeTopicPartitions> = defineHandler({
  api: describeTopicPartitions,
  versions: [0, 0],
  handle(request, context) {
    const view = context.cluster.viewOf(context.broker)
    const topics: TopicResponse[] = []
    let left = Math.min(Math.max(request.responsePartitionLimit, 1), maxPartitions)
    for (const name of namesOf(request, view)) {
      if (request.topics.length === 0 && context.denies(name)) continue
      const topic = view.topic(name)
      const code = context.injected.refuse(name) || context.injected.amend(name)
      if (topic === undefined || code !== 0) {
        topics.push(failed(name, code || errorCode.UNKNOWN_TOPIC_OR_PARTITION))
        continue
      }
      const from = request.cursor?.topicName === name ? request.cursor.partitionIndex : 0
      if (left === 0) return { topics, nextCursor: { topicName: name, partitionIndex: from } }
      topics.push(described(topic, from, from + left, view))
      if (topic.partitions.length > from + left)
        return { topics, nextCursor: { topicName: name, partitionIndex: from + left } }
      left -= topic.partitions.length - from
    }
    return { topics, nextCursor: null }
  },
  fail: (request, code) => ({
    topics: request.topics.map(({ name }) => failed(name, code)),
    nextCursor: null,
  }),
  *targets(request, cluster) {
    for (const { name } of request.topics.length === 0 ? cluster.topics : request.topics)
      yield { topic: name }
  },
})

/** In order of their names, from the cursor on; no names in particular are all. */
function namesOf({ topics, cursor }: Request, view: MetadataView): string[] {
  const asked = topics.length === 0 ? view.topics : topics
  return [...new Set(asked.map(({ name }) => name))]
    .filter((name) => cursor === null || name >= cursor.topicName)
    .toSorted()
}

function described(topic: ViewedTopic, from: number, before: number, view: MetadataView): TopicResponse {
  return {
    errorCode: 0,
    name: topic.name,
    topicId: topic.id,
    isInternal: topic.internal,
    topicAuthorizedOperations: allOperations,
    partitions: topic.partitions.slice(from, before).map((partition) => ({
      ...describePartition(partition, view),
      eligibleLeaderReplicas: [],
      lastKnownElr: [],
    })),
  }
}

function failed(name: string, code: number): TopicResponse {
  return {
    errorCode: code,
    name,
    topicId: noTopicId,
    partitions: [],
    topicAuthorizedOperations: allOperations,
  }
}
