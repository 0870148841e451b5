import { apiVersionsHandler } from './18-api-versions.ts'
import { createTopicsHandler } from './19-create-topics.ts'
import { initProducerIdHandler } from './22-init-producer-id.ts'
import { metadataHandler } from './03-metadata.ts'
import { produceHandler } from './00-produce.ts'
import type { AnyHandler } from './handler.ts'

/** Every request that is served; ApiVersions is answered from this list and nothing else. */
const handlers: readonly AnyHandler[] = [
  produceHandler,
  metadataHandler,
  apiVersionsHandler(() => handlers),
  createTopicsHandler,
  initProducerIdHandler,
]

const byKey = new Map(handlers.map((handler) => [handler.api.key, handler]))

/** What serves requests with that key. */
export function handlerFor(apiKey: number): AnyHandler | undefined {
  return byKey.get(apiKey)
}
