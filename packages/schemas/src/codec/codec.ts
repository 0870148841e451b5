/**
 * How the values of records become bytes and back. Both ways are synchronous, so that the records of one caller reach
 * the producer in the order of its calls.
 */
export interface Codec {
  /** For the header `content-type`. */
  readonly contentType: string
  /** The bytes of a value. Throws `SchemaValidationError` for one that does not fit. A tombstone is not encoded. */
  encode(topic: string, value: unknown): Uint8Array
  /** The value in the bytes. Throws `CodecError` for bytes that this codec did not write. */
  decode(bytes: Uint8Array, options?: DecodeOptions): unknown
}

/** What may be known of bytes beside the bytes. */
export interface DecodeOptions {
  /** The topic that they were read from. */
  readonly topic?: string | undefined
}
