import { createPartitions, errorCode, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import { maxPartitions } from '../cluster/replica-assignment.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Wanted = RequestOf<typeof createPartitions>['topics'][number]
type Created = ResponseInputOf<typeof createPartitions>['results'][number]

/**
 * Behaviour: gives topics more partitions, never fewer; a topic that the request names twice fails. Where the controller's
 * list of changes is full, it fails with what no client expects (`BoundedListTooLongException`), and so does every topic
 * after it.
 *
 * Versions: 0 to 3.
 */
export const createPartitionsHandler: Handler<typeof createPartitions> = defineHandler({
  api: createPartitions,
  versions: [0, 3],
  handle(request, context) {
    const names = request.topics.map(({ name }) => name)
    const room = { left: maxPartitions }
    return {
      results: request.topics
        .filter(({ name }, at) => names.indexOf(name) === at)
        .map((wanted) =>
          names.lastIndexOf(wanted.name) === names.indexOf(wanted.name)
            ? grow(wanted, { room, validateOnly: request.validateOnly }, context)
            : {
                name: wanted.name,
                errorCode: errorCode.INVALID_REQUEST,
                errorMessage: 'Duplicate topic name.',
              },
        ),
    }
  },
  fail: (request, code) => ({ results: request.topics.map(({ name }) => ({ name, errorCode: code })) }),
  *targets(request) {
    for (const { name } of request.topics) yield { topic: name }
  },
})

function grow(
  { name, count, assignments }: Wanted,
  { room, validateOnly }: { readonly room: { left: number }; readonly validateOnly: boolean },
  context: RequestContext,
): Created {
  const { cluster, injected } = context
  const refused = injected.refuse(name)
  if (refused !== 0) return { name, errorCode: refused }
  const topic = cluster.topic(name)
  if (topic === undefined) return { name, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION }
  const added = count - topic.partitions.length
  if (added > room.left) {
    room.left = 0
    return { name, errorCode: errorCode.UNKNOWN_SERVER_ERROR, errorMessage: null }
  }
  try {
    const assignment = assignments?.map(({ brokerIds }) => brokerIds)
    cluster.growTopic(topic, count, assignment, validateOnly)
    room.left -= added
    return { name, errorCode: injected.amend(name) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { name, errorCode: error.errorCode, errorMessage: error.message }
  }
}
