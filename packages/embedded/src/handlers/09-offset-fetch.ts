import { errorCode, offsetFetch, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import type { GroupOffsets } from '../groups/group-offsets.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Request = RequestOf<typeof offsetFetch>
type Response = ResponseInputOf<typeof offsetFetch>
type AskedTopics = Request['groups'][number]['topics']
type GroupResponse = NonNullable<Response['groups']>[number]

const groupsSince = 8
const topicIdsSince = 10
const noTopicId = '00000000-0000-0000-0000-000000000000'

/**
 * Behaviour: a partition without an offset gives -1 and no error; asking for no topics in particular gives all. Who wants
 * stable offsets only hears of a transaction that may still change one (KIP-447).
 *
 * Versions: 1 to 10; v7 stable offsets, one group up to v7, several from v8 on, v10 topic ids.
 */
export const offsetFetchHandler: Handler<typeof offsetFetch> = defineHandler({
  api: offsetFetch,
  versions: [1, 10],
  handle(request, context) {
    const { requireStable } = request
    if (context.version >= groupsSince) {
      return {
        groups: request.groups.map(({ groupId, topics }) =>
          fetchGroup(groupId, topics, requireStable, context),
        ),
      }
    }
    const topics = request.topics?.map((topic) => ({ ...topic, topicId: noTopicId })) ?? null
    const group = fetchGroup(request.groupId, topics, requireStable, context)
    return {
      topics: group.topics.map((topic) => ({ ...topic, name: topic.name ?? '' })),
      errorCode: group.errorCode ?? 0,
    }
  },
  groups: ({ groupId, groups }) => (groups.length > 0 ? groups.map((one) => one.groupId) : [groupId]),
  fail: (request, code, { version }) =>
    version >= groupsSince
      ? { groups: request.groups.map(({ groupId }) => ({ groupId, topics: [], errorCode: code })) }
      : { topics: [], errorCode: code },
})

function fetchGroup(
  groupId: string,
  asked: AskedTopics,
  requireStable: boolean,
  context: RequestContext,
): GroupResponse {
  const { groups, broker, cluster, version } = context
  const refused = context.forbidden('group', groupId) || groups.coordinatorError(groupId, broker)
  if (refused !== 0) return { groupId, topics: [], errorCode: refused }
  const offsets = groups.group(groupId)?.offsets
  const wanted =
    asked ??
    (offsets?.topics ?? [])
      .filter(({ topic }) => !context.denies(topic))
      .map(({ topic, partitions }) => ({
        name: topic,
        topicId: cluster.topic(topic)?.id ?? noTopicId,
        partitionIndexes: partitions,
      }))
  return {
    groupId,
    errorCode: 0,
    topics: wanted.map(({ name, topicId, partitionIndexes }) => {
      const byId = version >= topicIdsSince
      const topic = byId ? cluster.topicById(topicId)?.name : name
      return {
        name,
        topicId,
        partitions: partitionIndexes.map((partition) => {
          if (topic === undefined) return { ...noOffset(partition), errorCode: errorCode.UNKNOWN_TOPIC_ID }
          return context.denies(topic)
            ? { ...noOffset(partition), errorCode: errorCode.TOPIC_AUTHORIZATION_FAILED }
            : committed(offsets, topic, partition, requireStable)
        }),
      }
    }),
  }
}

type PartitionResponse = GroupResponse['topics'][number]['partitions'][number]

function noOffset(partitionIndex: number): PartitionResponse {
  return { partitionIndex, committedOffset: -1n, committedLeaderEpoch: -1, metadata: '', errorCode: 0 }
}

function committed(
  offsets: GroupOffsets | undefined,
  topic: string,
  partitionIndex: number,
  requireStable: boolean,
): PartitionResponse {
  if (requireStable && offsets?.isUnstable(topic, partitionIndex) === true)
    return { ...noOffset(partitionIndex), errorCode: errorCode.UNSTABLE_OFFSET_COMMIT }
  const found = offsets?.get(topic, partitionIndex)
  if (found === undefined) return noOffset(partitionIndex)
  return {
    partitionIndex,
    committedOffset: found.offset,
    committedLeaderEpoch: found.leaderEpoch,
    metadata: found.metadata,
    errorCode: 0,
  }
}
