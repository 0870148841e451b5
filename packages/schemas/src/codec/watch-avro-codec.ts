import { toError } from '@headwater/base'
import type { HookRunner } from '../hook-runner.ts'
import type { AvroCodec } from './avro-codec.ts'
import type { CodecHooks, SchemaWait } from './codec-hooks.ts'
import { readFrame } from './confluent-frame.ts'
import { tellFailure, watched } from './watch-codec.ts'

/** The codec itself when nobody watches. */
export function watchAvroCodec(codec: AvroCodec, hooks: HookRunner<CodecHooks> | undefined): AvroCodec {
  if (hooks === undefined) return codec
  const { encode, decode } = watched(codec, hooks)
  return {
    contentType: codec.contentType,
    topics: codec.topics,
    encode,
    decode,
    load: (schemaId, options) => codec.load(schemaId, options),
    async decodeAsync(bytes, options = {}) {
      try {
        await codec.load(readFrame(bytes), options)
      } catch (thrown) {
        tellFailure(hooks, 'decode', options.topic, thrown)
        throw thrown
      }
      return decode(bytes, options)
    },
  }
}

/** Says how long a question to the registry took, whatever became of it. */
export async function tellWait<Result>(
  hooks: HookRunner<CodecHooks> | undefined,
  reason: SchemaWait['reason'],
  ask: () => Promise<Result>,
): Promise<Result> {
  if (hooks === undefined) return await ask()
  const startMs = performance.now()
  const tell = (error: Error | undefined): void => {
    const wait = { reason, durationMs: performance.now() - startMs, error }
    hooks.tell((observer) => observer.onSchemaWait?.(wait))
  }
  try {
    const result = await ask()
    tell(undefined)
    return result
  } catch (thrown) {
    tell(toError(thrown))
    throw thrown
  }
}
