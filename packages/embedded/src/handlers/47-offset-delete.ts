import { errorCode, offsetDelete, type ResponseInputOf } from '@headwater/protocol'
import type { Group } from '../groups/group.ts'
import { subscribedTopics } from '../groups/subscribed-topics.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type TopicResponse = ResponseInputOf<typeof offsetDelete>['topics'][number]

const consumers = 'consumer'

/**
 * Behaviour: forgets offsets of topics that no member of the group reads; groups of other things than consumers must
 * be empty.
 *
 * Versions: 0.
 */
export const offsetDeleteHandler: Handler<typeof offsetDelete> = defineHandler({
  api: offsetDelete,
  versions: [0, 0],
  handle({ groupId, topics }, context) {
    const { groups, broker } = context
    const misplaced = groups.coordinatorError(groupId, broker)
    if (misplaced !== 0) return failed(misplaced)
    const group = groups.group(groupId)
    if (group === undefined) return failed(errorCode.GROUP_ID_NOT_FOUND)
    const empty = group.members.length === 0
    if (!empty && group.protocolType !== consumers) return failed(errorCode.NON_EMPTY_GROUP)
    return {
      errorCode: 0,
      topics: topics.map(({ name, partitions }): TopicResponse => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: remove(group, name, partitionIndex, context),
        })),
      })),
    }
  },
  groups: ({ groupId }) => [groupId],
  fail: (_request, code) => failed(code),
  *targets({ topics }) {
    for (const { name, partitions } of topics) {
      for (const { partitionIndex } of partitions) yield { topic: name, partition: partitionIndex }
    }
  },
})

function remove(group: Group, topic: string, partition: number, context: RequestContext): number {
  const { cluster, injected } = context
  const refused = injected.refuse(topic, partition)
  if (refused !== 0) return refused
  if (cluster.partition(topic, partition) === undefined) return errorCode.UNKNOWN_TOPIC_OR_PARTITION
  // Who cannot be read might read anything.
  if (group.members.some((member) => subscribedTopics(member)?.has(topic) ?? true))
    return errorCode.GROUP_SUBSCRIBED_TO_TOPIC
  group.offsets.forget(topic, partition)
  return injected.amend(topic, partition)
}

function failed(code: number): ResponseInputOf<typeof offsetDelete> {
  return { errorCode: code, topics: [] }
}
