import { describeTopicPartitions, errorCode, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import type { MetadataView, ViewedTopic } from '../cluster/metadata-view.ts'
import { isTopicName } from '../cluster/topic-name.ts'
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
    if (isBadCursor(request)) return failedAll(request, errorCode.INVALID_REQUEST)
    const topics: TopicResponse[] = []
    let left = Math.min(Math.max(request.responsePartitionLimit, 1), maxPartitions)
    for (const name of namesOf(request, view)) {
      if (request.topics.length === 0 && context.denies(name)) continue
      const from = request.cursor?.topicName === name ? request.cursor.partitionIndex : 0
      if (left === 0) return { topics, nextCursor: { topicName: name, partitionIndex: from } }
      const topic = view.topic(name)
      const code = context.injected.refuse(name) || context.injected.amend(name)
      if (topic === undefined || code !== 0) {
        topics.push(notThere(name, code || unknownCode(name)))
        continue
      }
      topics.push(described(topic, from, from + left, view))
      if (topic.partitions.length > from + left)
        return { topics, nextCursor: { topicName: name, partitionIndex: from + left } }
      left -= Math.max(topic.partitions.length - from, 0)
    }
    return { topics, nextCursor: null }
  },
  fail: failedAll,
  *targets(request, cluster) {
    for (const { name } of request.topics.length === 0 ? cluster.topics : request.topics)
      yield { topic: name }
  },
})

/** A page begins in a topic that was asked for, at a partition that can be. */
function isBadCursor({ topics, cursor }: Request): boolean {
  if (cursor === null) return false
  const isAsked = topics.length === 0 || topics.some(({ name }) => name === cursor.topicName)
  return cursor.partitionIndex < 0 || !isAsked
}

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

function notThere(name: string, code: number): TopicResponse {
  return { ...failed(name, code), topicAuthorizedOperations: allOperations }
}

function unknownCode(name: string): number {
  return isTopicName(name) ? errorCode.UNKNOWN_TOPIC_OR_PARTITION : errorCode.INVALID_TOPIC_EXCEPTION
}

function failedAll({ topics }: Request, code: number): ResponseInputOf<typeof describeTopicPartitions> {
  return { topics: topics.map(({ name }) => failed(name, code)), nextCursor: null }
}

function failed(name: string, code: number): TopicResponse {
  return { errorCode: code, name, topicId: noTopicId, partitions: [] }
}
