import { incrementalAlterConfigs, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import { topicConfigEntries } from '../cluster/topic-config.ts'
import type { Topic } from '../cluster/topic.ts'
import { configResource, topicToConfigure } from './config-entries.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Resource = RequestOf<typeof incrementalAlterConfigs>['resources'][number]
type Change = Resource['configs'][number]
type Altered = ResponseInputOf<typeof incrementalAlterConfigs>['responses'][number]

/** Kafka's `AlterConfigOp.OpType`. */
const operation = { set: 0, delete: 1, append: 2, subtract: 3 } as const

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
    responses: request.resources.map((resource) => alter(resource, request.validateOnly, context)),
  }),
  fail: (request, code) => ({
    responses: request.resources.map((resource) => outcome(resource, code, null)),
  }),
  *targets(request) {
    for (const { resourceType, resourceName } of request.resources) {
      if (resourceType === configResource.topic) yield { topic: resourceName }
    }
  },
})

function alter(resource: Resource, validateOnly: boolean, { cluster, injected }: RequestContext): Altered {
  const refused = injected.refuse(resource.resourceName)
  if (refused !== 0) return outcome(resource, refused, null)
  try {
    const topic = topicToConfigure(resource, cluster)
    assertNamedOnce(resource.configs)
    const config = topic.config.changed(resource.configs.map((change) => toChange(change, topic)))
    if (!validateOnly) topic.config = config
    return outcome(resource, injected.amend(resource.resourceName), null)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return outcome(resource, error.errorCode, error.message)
  }
}

function assertNamedOnce(changes: readonly Change[]): void {
  const names = changes.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) {
    throw new Refusal('INVALID_REQUEST', `Error due to duplicate config keys : ${twice}`)
  }
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

function outcome(
  { resourceType, resourceName }: Resource,
  code: number,
  errorMessage: string | null,
): Altered {
  return { errorCode: code, errorMessage, resourceType, resourceName }
}
