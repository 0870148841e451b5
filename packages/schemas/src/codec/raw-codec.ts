import type { Codec } from './codec.ts'
import { SchemaValidationError } from './codec-error.ts'

/** How {@link createRawCodec} labels its bytes. */
export interface RawCodecOptions {
  /** @defaultValue `'application/octet-stream'` */
  readonly contentType?: string | undefined
}

/** Passes bytes through as they are, and text as UTF-8. */
export function createRawCodec(options: RawCodecOptions = {}): Codec {
  return {
    contentType: options.contentType ?? 'application/octet-stream',
    encode(topic, value) {
      if (value instanceof Uint8Array) return value
      if (typeof value === 'string') return Buffer.from(value, 'utf8')
      throw new SchemaValidationError(topic, [
        { path: [], reason: `expected bytes or text, got ${typeof value}` },
      ])
    },
    decode: (bytes) => bytes,
  }
}
