import { deleteTopics, errorCode, type ResponseInputOf } from '@headwater/protocol'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'
import { findTopic, unknownTopicCode } from './leader-of.ts'

type Deleted = ResponseInputOf<typeof deleteTopics>['responses'][number]

const topicIdsSince = 6
const noTopicId = '00000000-0000-0000-0000-000000000000'

/**
 * Behaviour: the topic is gone when the answer is there, with its records, the state of its producers and its offsets.
 *
 * Versions: 1 to 6; v6 takes names or ids.
 */
export const deleteTopicsHandler: Handler<typeof deleteTopics> = defineHandler({
  api: deleteTopics,
  versions: [1, 6],
  handle(request, context) {
    const asked =
      context.version >= topicIdsSince
        ? request.topics
        : request.topicNames.map((name) => ({ name, topicId: noTopicId }))
    const twice = namedTwice(asked)
    return {
      responses: [
        ...twice.map((name) => ({ name, errorCode: errorCode.INVALID_REQUEST })),
        ...asked
          .filter(({ name }) => name === null || !twice.includes(name))
          .map(({ name, topicId }) => remove(name, topicId, context)),
      ],
    }
  },
  fail: (request, code) => ({
    responses: [
      ...request.topics.map(({ name, topicId }) => ({ name, topicId, errorCode: code })),
      ...request.topicNames.map((name) => ({ name, errorCode: code })),
    ],
  }),
  *targets(request, cluster) {
    for (const { name, topicId } of request.topics)
      yield { topic: name ?? cluster.topicById(topicId)?.name ?? '' }
    for (const name of request.topicNames) yield { topic: name }
  },
})

/** Names that a request has more than once; Kafka answers each of them once, and deletes none. */
function namedTwice(asked: readonly { readonly name: string | null }[]): string[] {
  const names = asked.flatMap(({ name }) => (name === null ? [] : [name]))
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
}

function remove(
  name: string | null,
  topicId: string,
  { cluster, groups, injected }: RequestContext,
): Deleted {
  const byId = name === null
  // A topic has either a name or an id here.
  if (byId === (topicId === noTopicId)) return { name, topicId, errorCode: errorCode.INVALID_REQUEST }
  const topic = findTopic(cluster, name ?? '', topicId, byId)
  const refused = injected.refuse(topic?.name ?? name ?? '')
  if (refused !== 0) return { name, topicId, errorCode: refused }
  if (topic === undefined) return { name, topicId, errorCode: unknownTopicCode(byId) }
  cluster.deleteTopic(topic)
  groups.topicDeleted(topic.name)
  return { name: topic.name, topicId: topic.id, errorCode: injected.amend(topic.name) }
}
