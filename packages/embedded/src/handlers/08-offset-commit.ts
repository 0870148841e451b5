import { errorCode, offsetCommit, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { GroupOffsets } from '../groups/group-offsets.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'
import { findTopic, unknownTopicCode } from './leader-of.ts'

type TopicData = RequestOf<typeof offsetCommit>['topics'][number]
type TopicResponse = ResponseInputOf<typeof offsetCommit>['topics'][number]

const topicIdsSince = 10
/** Before, a generation of a group that is not there was an illegal one (`OffsetMetadataManager`). */
const groupNotFoundSince = 9

/**
 * Behaviour: members of the current generation commit, and anybody while the group is empty. Each commit counts as a
 * heartbeat. Offsets do not expire.
 *
 * Versions: 2 to 10; v7 static members, v9 GROUP_ID_NOT_FOUND, v10 topic ids.
 */
export const offsetCommitHandler: Handler<typeof offsetCommit> = defineHandler({
  api: offsetCommit,
  versions: [2, 10],
  handle(request, context) {
    const { groups, broker } = context
    const { groupId, memberId, groupInstanceId, generationIdOrMemberEpoch: generation } = request
    const misplaced = groups.coordinatorError(groupId, broker)
    if (misplaced !== 0) return failed(request, misplaced)
    const known = groups.group(groupId)
    if (known === undefined && generation >= 0) {
      const isNamed = context.version >= groupNotFoundSince
      return failed(request, isNamed ? errorCode.GROUP_ID_NOT_FOUND : errorCode.ILLEGAL_GENERATION)
    }
    const group = known ?? groups.groupOrNew(groupId)
    const error = group.commitError(memberId, groupInstanceId, generation)
    if (error !== 0) return failed(request, error)
    return { topics: request.topics.map((topic) => commit(topic, group.offsets, context)) }
  },
  groups: ({ groupId }) => [groupId],
  fail: failed,
  *targets(request, cluster: Cluster) {
    for (const { name, topicId, partitions } of request.topics) {
      const topic = name === '' ? (cluster.topicById(topicId)?.name ?? '') : name
      for (const { partitionIndex } of partitions) yield { topic, partition: partitionIndex }
    }
  },
})

function failed(request: RequestOf<typeof offsetCommit>, code: number): ResponseInputOf<typeof offsetCommit> {
  return {
    topics: request.topics.map(({ name, topicId, partitions }) => ({
      name,
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
    })),
  }
}

function commit(data: TopicData, offsets: GroupOffsets, context: RequestContext): TopicResponse {
  const { cluster, version, injected } = context
  const byId = version >= topicIdsSince
  const topic = findTopic(cluster, data.name, data.topicId, byId)
  const partitions = data.partitions.map(
    ({ partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata }) => {
      const answer = (code: number) => ({ partitionIndex, errorCode: code })
      const refused = injected.refuse(topic?.name ?? data.name, partitionIndex)
      if (refused !== 0) return answer(refused)
      if (topic === undefined) return answer(unknownTopicCode(byId))
      if (topic.partitions[partitionIndex] === undefined) return answer(errorCode.UNKNOWN_TOPIC_OR_PARTITION)
      const metadata = committedMetadata ?? ''
      if (Buffer.byteLength(metadata) > cluster.config['offset.metadata.max.bytes']) {
        return answer(errorCode.OFFSET_METADATA_TOO_LARGE)
      }
      offsets.commit(topic.name, partitionIndex, {
        offset: committedOffset,
        leaderEpoch: committedLeaderEpoch,
        metadata,
      })
      return answer(injected.amend(topic.name, partitionIndex))
    },
  )
  return { name: data.name, topicId: data.topicId, partitions }
}
