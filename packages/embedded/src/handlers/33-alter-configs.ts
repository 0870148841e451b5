import { alterConfigs, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import { configResource, topicToConfigure } from './config-entries.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Resource = RequestOf<typeof alterConfigs>['resources'][number]
type Altered = ResponseInputOf<typeof alterConfigs>['responses'][number]

/**
 * Behaviour: replaces all settings of a topic by those in the request; what is not named goes back to its default.
 *
 * Versions: 0 to 2.
 */
export const alterConfigsHandler: Handler<typeof alterConfigs> = defineHandler({
  api: alterConfigs,
  versions: [0, 2],
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
    const cleared = Array.from(topic.config.own.keys(), (name): [string, null] => [name, null])
    const config = topic.config.changed([...cleared, ...resource.configs.map(toSetting)])
    if (!validateOnly) topic.config = config
    return outcome(resource, injected.amend(resource.resourceName), null)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return outcome(resource, error.errorCode, error.message)
  }
}

function toSetting({ name, value }: Resource['configs'][number]): [string, string] {
  if (value === null) throw new Refusal('INVALID_REQUEST', `Null value not supported for : ${name}`)
  return [name, value]
}

function outcome(
  { resourceType, resourceName }: Resource,
  code: number,
  errorMessage: string | null,
): Altered {
  return { errorCode: code, errorMessage, resourceType, resourceName }
}
