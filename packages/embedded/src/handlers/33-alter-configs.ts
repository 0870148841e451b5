import { alterConfigs, type RequestOf } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import type { Topic } from '../cluster/topic.ts'
import { alterTopicConfigs, alteredConfig } from './alter-topic-config.ts'
import { configResource } from './config-entries.ts'
import { defineHandler, type Handler } from './handler.ts'

type Resource = RequestOf<typeof alterConfigs>['resources'][number]

/**
 * Behaviour: replaces all settings of a topic by those in the request; what is not named goes back to its default.
 *
 * Versions: 0 to 2.
 */
export const alterConfigsHandler: Handler<typeof alterConfigs> = defineHandler({
  api: alterConfigs,
  versions: [0, 2],
  handle: (request, context) => ({
    responses: alterTopicConfigs(request, replaced, context),
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

function replaced({ config }: Topic, { configs }: Resource): [string, string | null][] {
  const cleared = Array.from(config.own.keys(), (name): [string, null] => [name, null])
  return [...cleared, ...configs.map(toSetting)]
}

function toSetting({ name, value }: Resource['configs'][number]): [string, string] {
  if (value === null) throw new Refusal('INVALID_REQUEST', `Null value not supported for : ${name}`)
  return [name, value]
}
