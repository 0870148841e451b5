import { setTimeout } from 'node:timers/promises'
import { HeadwaterError, isHeadwaterError, type Logger } from '@headwater/base'
import type { Config } from '@headwater/config'
import type { EventCodec } from '@headwater/events'
import { createAvroCodec, createRegistry, type CodecHooks, type RegistryHooks } from '@headwater/schemas'
import { intakeSchemas } from './intake-schemas.ts'

/** How patiently, and who is told. */
export interface OpenCodecOptions {
  readonly logger: Logger
  /** Milliseconds to wait for a registry that does not answer. */
  readonly waitMs: number
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined
  /** See the requests to the registry, and what the codec does. Default: nobody. */
  readonly registryHooks?: RegistryHooks | undefined
  readonly codecHooks?: CodecHooks | undefined
}

const firstPauseMs = 250
const longestPauseMs = 4000

/**
 * The Avro codec of the intake's topics, warm: from then on no message waits for the registry. A registry that cannot
 * be reached is asked again until the time is up; one that refuses the schemas is not.
 *
 * @throws the last error of the registry; HeadwaterError `NO_REGISTRY`
 */
export async function openCodec(
  config: Pick<Config, 'registry' | 'topics' | 'channels'>,
  { logger, waitMs, signal, registryHooks, codecHooks }: OpenCodecOptions,
): Promise<EventCodec> {
  const { registry } = config
  if (registry.url === undefined) {
    throw new HeadwaterError(
      'NO_REGISTRY',
      'SCHEMA_REGISTRY_URL is not set: the intake writes Avro and needs it',
    )
  }
  const { url, username, password } = registry
  const auth = username !== undefined && password !== undefined ? { username, password } : undefined
  const deadlineMs = performance.now() + waitMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await createAvroCodec({
        // Once warm the codec asks nothing any more; all patience is in this loop.
        registry: createRegistry({ url, logger, ...(auth && { auth }), retries: 0, hooks: registryHooks }),
        topics: intakeSchemas(config),
        hooks: codecHooks,
        logger,
      })
    } catch (thrown) {
      const leftMs = Math.round(deadlineMs - performance.now())
      signal?.throwIfAborted()
      if (!(isHeadwaterError(thrown) && thrown.retriable) || leftMs <= pauseMs) throw thrown
      logger.warn({ leftMs, err: thrown }, 'the schema registry does not answer yet; it is asked again')
    }
    await setTimeout(pauseMs, undefined, { signal })
  }
}
