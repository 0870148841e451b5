import { errorCode, offsetForLeaderEpoch, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'
import { leaderError } from './leader-of.ts'

type Asked = RequestOf<typeof offsetForLeaderEpoch>['topics'][number]['partitions'][number]
type Answer = ResponseInputOf<typeof offsetForLeaderEpoch>['topics'][number]['partitions'][number]

/**
 * Behaviour: the leader says where an epoch ends: the end of the log for its own, -1 for one that is yet to come.
 * Here no log is ever cut off, so consumers learn that theirs is intact.
 *
 * Versions: 2 to 4.
 */
export const offsetForLeaderEpochHandler: Handler<typeof offsetForLeaderEpoch> = defineHandler({
  api: offsetForLeaderEpoch,
  versions: [2, 4],
  handle: (request, context) => ({
    topics: request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((asked) => answer(topic, asked, context)),
    })),
  }),
  fail: (request, code) => ({
    topics: request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition }) => ({ partition, errorCode: code })),
    })),
  }),
  *targets(request) {
    for (const { topic, partitions } of request.topics) {
      for (const { partition } of partitions) yield { topic, partition }
    }
  },
})

function answer(topic: string, asked: Asked, { cluster, broker, injected }: RequestContext): Answer {
  const { partition: index } = asked
  const ordered = injected.refuse(topic, index) || injected.amend(topic, index)
  if (ordered !== 0) return { partition: index, errorCode: ordered }
  const partition = cluster.partition(topic, index)
  if (partition === undefined) return { partition: index, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION }
  const error = leaderError(partition, broker, asked.currentLeaderEpoch)
  if (error !== 0) return { partition: index, errorCode: error }
  return { partition: index, errorCode: 0, ...partition.endOfEpoch(asked.leaderEpoch) }
}
