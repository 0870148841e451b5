/** A header: names may repeat, values may be null. Text is written as UTF-8. */
export type RecordHeader = readonly [name: string, value: Uint8Array | string | null]

/** What goes into a batch. Text is written as UTF-8; null stays null, an empty key stays a key. */
export interface RecordInput {
  readonly key: Uint8Array | string | null
  readonly value: Uint8Array | string | null
  readonly headers?: readonly RecordHeader[] | undefined
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

/** What comes out of a batch. */
export interface DecodedRecord {
  readonly offset: bigint
  /** Milliseconds since the epoch. */
  readonly timestamp: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[]
}
