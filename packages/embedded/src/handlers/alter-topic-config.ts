import { errorCode } from '@headwater/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import { Refusal } from '../cluster/refusal.ts'
import { assertTopicName } from '../cluster/topic-name.ts'
import type { Topic } from '../cluster/topic.ts'
import { configResource } from './config-entries.ts'
import type { RequestContext } from './handler.ts'

/** What a request wants to change, by Kafka's number for its type and its name. */
interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}

/** What came of it, for AlterConfigs and IncrementalAlterConfigs alike. */
export interface AlteredConfig extends Resource {
  readonly errorCode: number
  readonly errorMessage: string | null
}

/**
 * Changes the settings of topics: for each, all that the request names or none. Brokers' settings stay as they were
 * given to `startKafka`.
 *
 * @param changesOf - the new values, null for the default; may throw a {@link Refusal}
 */
export function alterTopicConfigs<R extends Resource>(
  { resources, validateOnly }: { readonly resources: readonly R[]; readonly validateOnly: boolean },
  changesOf: (topic: Topic, resource: R) => Iterable<readonly [string, string | null]>,
  context: RequestContext,
): AlteredConfig[] {
  const named = Map.groupBy(resources, ({ resourceType, resourceName }) => `${resourceType} ${resourceName}`)
  const alone = new Set([...named.values()].flatMap((same) => (same.length === 1 ? same : [])))
  return resources.map((resource) =>
    alone.has(resource)
      ? alterTopicConfig(resource, (topic) => changesOf(topic, resource), validateOnly, context)
      : alteredConfig(resource, errorCode.INVALID_REQUEST, 'Each resource must appear at most once.'),
  )
}

function alterTopicConfig(
  resource: Resource,
  changesOf: (topic: Topic) => Iterable<readonly [string, string | null]>,
  validateOnly: boolean,
  { cluster, injected, forbidden }: RequestContext,
): AlteredConfig {
  const refused =
    resource.resourceType === configResource.broker
      ? forbidden('broker', resource.resourceName)
      : injected.refuse(resource.resourceName)
  if (refused !== 0) return alteredConfig(resource, refused, null)
  try {
    const topic = topicToConfigure(resource, cluster)
    const config = topic.config.changed(changesOf(topic))
    if (!validateOnly) topic.config = config
    return alteredConfig(resource, injected.amend(resource.resourceName), null)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return alteredConfig(resource, error.errorCode, error.message)
  }
}

/** The answer for one resource. */
export function alteredConfig(
  { resourceType, resourceName }: Resource,
  code: number,
  errorMessage: string | null,
): AlteredConfig {
  return { errorCode: code, errorMessage, resourceType, resourceName }
}

function topicToConfigure(
  { resourceType, resourceName }: { readonly resourceType: number; readonly resourceName: string },
  cluster: Cluster,
): Topic {
  if (resourceType !== configResource.topic) {
    throw new Refusal(
      'INVALID_REQUEST',
      `Only the configuration of topics can be changed, not type ${resourceType}`,
    )
  }
  if (resourceName === '') throw new Refusal('INVALID_REQUEST', 'Default topic resources are not allowed.')
  assertTopicName(resourceName)
  const topic = cluster.topic(resourceName)
  if (topic === undefined)
    throw new Refusal('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${resourceName}' does not exist.`)
  return topic
}
