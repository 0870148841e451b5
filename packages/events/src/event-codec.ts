/**
 * What the publisher needs of a codec; those of `@headwater/schemas` fit. Synchronous, so that events of one caller
 * reach the producer in the order of the calls.
 */
export interface EventCodec {
  /** Goes into the header `content-type`. */
  readonly contentType: string
  /** The payload as bytes. Whatever it throws for a payload that does not fit reaches the caller as it is. */
  encode(topic: string, value: unknown): Uint8Array
}
