import { errorCode, incrementalAlterConfigs, type RequestOf } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import { topicConfigEntries } from '../cluster/topic-config.ts'
import type { Topic } from '../cluster/topic.ts'
import { alterTopicConfigs, alteredConfig } from './alter-topic-config.ts'
import { configResource } from './config-entries.ts'
import { defineHandler, type Handler } from './handler.ts'

type Resource = RequestOf<typeof incrementalAlterConfigs>['resources'][number]
type Change = Resource['configs'][number]

/** Kafka's `AlterConfigOp.OpType`. */
const operation = { set: 0, delete: 1, append: 2, subtract: 3 } as const
const operations: ReadonlySet<number> = new Set(Object.values(operation))

/**
 * Behaviour: changes the settings of topics, all of a request's for one topic or none. Brokers' settings stay as they
 * were given to `startKafka`.
 *
 * Versions: 0 to 1.
 */
export const incrementalAlterConfigsHandler: Handler<typeof incrementalAlterConfigs> = defineHandler({
  api: incrementalAlterConfigs,
  versions: [0, 1],
  handle: (request, context) => ({
    responses: request.resources.some(hasUnknownOperation)
      ? request.resources.map((resource) => alteredConfig(resource, errorCode.UNKNOWN_SERVER_ERROR, null))
      : alterTopicConfigs(request, changesOf, context),
  }),
  fail: (request, code) => ({
    responses: request.resources.map((resource) => alteredConfig(resource, code, null)),
  }),
  *targets(request) {
    for (const { resourceType, resourceName } of request.resources) {
      if (resourceType === configResource.topic) yield { topic: resourceName }
    }
  },
})

/** Kafka's controller breaks over one, with the whole request. */
function hasUnknownOperation({ configs }: Resource): boolean {
  return configs.some(({ configOperation }) => !operations.has(configOperation))
}

function changesOf(topic: Topic, { configs }: Resource): [string, string | null][] {
  const names = configs.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined)
    throw new Refusal('INVALID_REQUEST', `Error due to duplicate config keys : ${twice}`)
  return configs.map((change) => toChange(change, topic))
}

function toChange({ name, configOperation, value }: Change, { config }: Topic): [string, string | null] {
  if (configOperation === operation.delete) return [name, null]
  if (value === null) throw new Refusal('INVALID_REQUEST', `Null value not supported for : ${name}`)
  if (configOperation === operation.set) return [name, value]
  if (topicConfigEntries[name]?.type !== 'list') {
    throw new Refusal('INVALID_CONFIG', `Can't append or subtract: ${name} is not a list`)
  }
  const before = config
    .text(name)
    .split(',')
    .filter((part) => part !== '')
  const named = value.split(',')
  const rest = before.filter((part) => !named.includes(part))
  return [name, (configOperation === operation.append ? [...rest, ...named] : rest).join(',')]
}
