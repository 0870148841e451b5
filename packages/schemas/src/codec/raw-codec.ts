import { codecHookRunner, type CodecHookOptions } from './codec-hooks.ts'
import type { Codec } from './codec.ts'
import { SchemaValidationError } from './codec-error.ts'
import { watchCodec } from './watch-codec.ts'

/** How {@link createRawCodec} labels its bytes. */
export interface RawCodecOptions extends CodecHookOptions {
  /** For the header `content-type`. @defaultValue `'application/octet-stream'` */
  readonly contentType?: string | undefined
}

/** Passes bytes through as they are, and text as UTF-8. */
export function createRawCodec(options: RawCodecOptions = {}): Codec {
  const codec: Codec = {
    contentType: options.contentType ?? 'application/octet-stream',
    encode(topic, value) {
      if (value instanceof Uint8Array) return value
      if (typeof value === 'string' && value.isWellFormed()) return Buffer.from(value, 'utf8')
      const got = typeof value === 'string' ? 'text with half a surrogate pair in it' : typeof value
      throw new SchemaValidationError(topic, [{ path: [], reason: `expected bytes or text, got ${got}` }])
    },
    decode: (bytes) => bytes,
  }
  return watchCodec(codec, codecHookRunner(options))
}
