/** One header: Kafka allows a name to repeat and a value to be null. */
export type Header = readonly [name: string, value: Uint8Array | string | null]

/** Headers as a list of pairs, or as an object where no name repeats. */
export type Headers = readonly Header[] | Readonly<Record<string, Uint8Array | string | null>>

/** A record to send. */
export interface ProducerRecord {
  /** 1 to 249 characters of `a-z A-Z 0-9 . _ -`. */
  readonly topic: string
  /**
   * Decides the partition and keeps the order of all records that share it. Text is sent as UTF-8; the empty string
   * is a key; `null` (the default) is none.
   */
  readonly key?: Uint8Array | string | null | undefined
  /** Text is sent as UTF-8; `null` is a tombstone, which deletes the key in a compacted topic. */
  readonly value: Uint8Array | string | null
  /** Default: none. */
  readonly headers?: Headers | undefined
  /** An explicit partition; it is honoured or the record is rejected. Default: the partitioner chooses. */
  readonly partition?: number | undefined
  /** Milliseconds since the epoch, or a Date. Default: the time of the call. */
  readonly timestamp?: number | Date | undefined
}
