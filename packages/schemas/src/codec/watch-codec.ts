import { toError } from '@headwater/base'
import type { HookRunner } from '../hook-runner.ts'
import type { CodecFailure, CodecHooks } from './codec-hooks.ts'
import type { Codec } from './codec.ts'

/** The codec itself when nobody watches: then a call costs what it cost without hooks. */
export function watchCodec(codec: Codec, hooks: HookRunner<CodecHooks> | undefined): Codec {
  if (hooks === undefined) return codec
  return { contentType: codec.contentType, ...watched(codec, hooks) }
}

/** `encode` and `decode` of a codec, with word of how each call ended. */
export function watched(codec: Codec, hooks: HookRunner<CodecHooks>): Pick<Codec, 'encode' | 'decode'> {
  return {
    encode(topic, value) {
      let encoded: Uint8Array
      try {
        encoded = codec.encode(topic, value)
      } catch (thrown) {
        tellFailure(hooks, 'encode', topic, thrown)
        throw thrown
      }
      const done = { operation: 'encode', topic, bytes: encoded.byteLength } as const
      hooks.tell((observer) => observer.onOperation?.(done))
      return encoded
    },
    decode(bytes, options) {
      const topic = options?.topic
      let value: unknown
      try {
        value = codec.decode(bytes, options)
      } catch (thrown) {
        tellFailure(hooks, 'decode', topic, thrown)
        throw thrown
      }
      const done = { operation: 'decode', topic, bytes: bytes.byteLength } as const
      hooks.tell((observer) => observer.onOperation?.(done))
      return value
    },
  }
}

/** Says that a call gives its caller an error. */
export function tellFailure(
  hooks: HookRunner<CodecHooks>,
  operation: CodecFailure['operation'],
  topic: string | undefined,
  thrown: unknown,
): void {
  const failure = { operation, topic, error: toError(thrown) }
  hooks.tell((observer) => observer.onFailure?.(failure))
}
