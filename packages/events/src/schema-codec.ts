import type { EventCodec } from './event-codec.ts'

/** The codec, asked for a schema by its own name: several schemas share a topic, and one goes to several topics. */
export function schemaCodec(codec: EventCodec, schemaName: string): EventCodec {
  return { contentType: codec.contentType, encode: (_topic, value) => codec.encode(schemaName, value) }
}
