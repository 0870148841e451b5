import { errorCode, metadata, type ResponseInputOf } from '@headwater/protocol'
import type { MetadataView, ViewedTopic } from '../cluster/metadata-view.ts'
import { Refusal } from '../cluster/refusal.ts'
import { assertTopicName } from '../cluster/topic-name.ts'
import { describePartition } from './describe-partition.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type TopicResponse = ResponseInputOf<typeof metadata>['topics'][number]

const nullNamesSince = 12
const noTopicId = '00000000-0000-0000-0000-000000000000'

/**
 * Behaviour: every broker knows the state of the cluster at once, unless a test has made it stale. A topic that is asked for by name comes into being
 * when both the client and `auto.create.topics.enable` allow it; Kafka's first answer would be "unknown", ours has the
 * topic already.
 *
 * Versions: 0 to 13; v0 takes an empty list for all topics, later versions null; v10 topic ids, v12 asks by id.
 */
export const metadataHandler: Handler<typeof metadata> = defineHandler({
  api: metadata,
  versions: [0, 13],
  handle(request, context) {
    const { version } = context
    const view = context.cluster.viewOf(context.broker)
    const all = request.topics === null || (version === 0 && request.topics.length === 0)
    const topics = all
      ? view.topics.filter(({ name }) => !context.denies(name)).map((topic) => described(topic, context))
      : (request.topics ?? []).map(({ name, topicId }) =>
          name === null || name === ''
            ? byId(topicId, context)
            : byName(name, request.allowAutoTopicCreation, context),
        )
    return { ...clusterPart(view, context.cluster.id), topics }
  },
  fail: (request, code, { cluster, broker, version }) => ({
    ...clusterPart(cluster.viewOf(broker), cluster.id),
    topics: (request.topics ?? []).map(({ name, topicId }) => failed(name, topicId, code)),
    ...(version >= 13 ? { errorCode: code } : {}),
  }),
  *targets(request, cluster) {
    const asked = request.topics ?? cluster.topics.map(({ name, id }) => ({ name, topicId: id }))
    for (const { name, topicId } of asked) yield { topic: name ?? cluster.topicById(topicId)?.name ?? '' }
  },
})

function clusterPart(
  view: MetadataView,
  clusterId: string,
): Omit<ResponseInputOf<typeof metadata>, 'topics'> {
  return {
    brokers: view.nodes
      .filter((node) => node.alive)
      .map(({ id, host, port }) => ({ nodeId: id, host, port, rack: null })),
    clusterId,
    controllerId: view.controllerId,
  }
}

function byName(name: string, allowCreation: boolean, context: RequestContext): TopicResponse {
  const { cluster, injected, broker } = context
  try {
    assertTopicName(name)
    const topic = cluster.viewOf(broker).topic(name)
    if (topic !== undefined) return described(topic, context)
    const refused = injected.refuse(name)
    if (refused !== 0) return failed(name, noTopicId, refused)
    if (!allowCreation || !cluster.config['auto.create.topics.enable']) {
      return failed(name, noTopicId, errorCode.UNKNOWN_TOPIC_OR_PARTITION)
    }
    return described(cluster.topic(name) ?? cluster.createTopic({ name }), context)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return failed(name, noTopicId, error.errorCode)
  }
}

function byId(topicId: string, context: RequestContext): TopicResponse {
  const topic = context.cluster.viewOf(context.broker).topicById(topicId)
  if (topic !== undefined) return described(topic, context)
  return failed(context.version >= nullNamesSince ? null : '', topicId, errorCode.UNKNOWN_TOPIC_ID)
}

function described(topic: ViewedTopic, context: RequestContext): TopicResponse {
  const { cluster, broker, injected } = context
  const ordered = injected.refuse(topic.name) || injected.amend(topic.name)
  if (ordered !== 0) return failed(topic.name, context.denies(topic.name) ? noTopicId : topic.id, ordered)
  const view = cluster.viewOf(broker)
  return {
    errorCode: 0,
    name: topic.name,
    topicId: topic.id,
    isInternal: topic.internal,
    partitions: topic.partitions.map((partition) => describePartition(partition, view)),
  }
}

function failed(name: string | null, topicId: string, code: number): TopicResponse {
  return { errorCode: code, name, topicId, partitions: [] }
}
