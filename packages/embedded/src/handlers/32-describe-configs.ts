import { describeConfigs, errorCode, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import { isTopicName } from '../cluster/topic-name.ts'
import {
  configResource,
  describeBrokerConfig,
  describeTopicConfig,
  type ConfigEntry,
} from './config-entries.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Resource = RequestOf<typeof describeConfigs>['resources'][number]
type Described = ResponseInputOf<typeof describeConfigs>['results'][number]

/**
 * Behaviour: topics with all of Kafka's settings, brokers with those that have an effect here. Values that nobody set
 * are shown as defaults, without synonyms and documentation.
 *
 * Versions: 1 to 4; v3 types.
 */
export const describeConfigsHandler: Handler<typeof describeConfigs> = defineHandler({
  api: describeConfigs,
  versions: [1, 4],
  handle: (request, context) => ({
    results: request.resources.map((resource) => describe(resource, context)),
  }),
  fail: (request, code) => ({ results: request.resources.map((resource) => failed(resource, code, null)) }),
  *targets(request) {
    for (const { resourceType, resourceName } of request.resources) {
      if (resourceType === configResource.topic) yield { topic: resourceName }
    }
  },
})

function describe(resource: Resource, { cluster, broker, injected, forbidden }: RequestContext): Described {
  const { resourceType, resourceName } = resource
  if (resourceType === configResource.topic) {
    const ordered = injected.refuse(resourceName) || injected.amend(resourceName)
    if (ordered !== 0) return failed(resource, ordered, null)
    const topic = cluster.topic(resourceName)
    if (topic === undefined && !isTopicName(resourceName))
      return failed(resource, errorCode.INVALID_TOPIC_EXCEPTION, null)
    return topic === undefined
      ? failed(resource, errorCode.UNKNOWN_TOPIC_OR_PARTITION, null)
      : described(resource, describeTopicConfig(topic.config))
  }
  if (resourceType !== configResource.broker) {
    return failed(resource, errorCode.INVALID_REQUEST, `Unsupported resource type: ${resourceType}`)
  }
  const refused = forbidden('broker', resourceName)
  if (refused !== 0) return failed(resource, refused, null)
  if (resourceName !== '' && resourceName !== String(broker)) {
    const why = `Unexpected broker id, expected ${broker} or empty string, but received ${resourceName}`
    return failed(resource, errorCode.INVALID_REQUEST, why)
  }
  return described(resource, describeBrokerConfig(cluster.config))
}

function described(
  { resourceType, resourceName, configurationKeys }: Resource,
  all: ConfigEntry[],
): Described {
  return {
    errorCode: 0,
    errorMessage: null,
    resourceType,
    resourceName,
    configs: all
      .filter(({ name }) => configurationKeys === null || configurationKeys.includes(name))
      .map((entry) => ({ ...entry, readOnly: false, isSensitive: false, synonyms: [] })),
  }
}

function failed(
  { resourceType, resourceName }: Resource,
  code: number,
  errorMessage: string | null,
): Described {
  return { errorCode: code, errorMessage, resourceType, resourceName, configs: [] }
}
