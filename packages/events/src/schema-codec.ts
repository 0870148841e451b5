import type { EventCodec } from './event-codec.ts'

/**
 * The codec, asked for a schema by its own name instead of the topic: several schemas share a topic, and one goes to
 * several topics. The codec of an `EventDefinition`.
 *
 * @param schemaName - under which the codec has the schema: a name in the `topics` of `createAvroCodec`
 */
export function schemaCodec(codec: EventCodec, schemaName: string): EventCodec {
  return { contentType: codec.contentType, encode: (_topic, value) => codec.encode(schemaName, value) }
}
