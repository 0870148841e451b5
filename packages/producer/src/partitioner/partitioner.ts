import type { Header } from '../producer-record.ts'

/** What a partitioner chooses by. */
export interface PartitionerInput {
  readonly topic: string
  /** The key's bytes, `null` for none. */
  readonly key: Uint8Array | null
  /** The record's headers, those that the hook `onSend` added at their end. */
  readonly headers: readonly Header[]
  readonly partitionCount: number
}

/**
 * What a partitioner answers: a partition from 0 to `partitionCount - 1`; a list of partitions of which any will do, so
 * that the producer fills one batch after the other among them; or `undefined` to leave the choice to the default
 * (Java's murmur2 for a key, one of all partitions, batch after batch, without one).
 */
export type PartitionChoice = number | readonly number[] | undefined

/**
 * Chooses a partition, synchronously and always the same for the same input. A record that names its partition is never
 * shown to it. One that throws, or answers with no partition of the topic, has the record rejected
 * (`INVALID_PARTITION`).
 */
export type Partitioner = (input: PartitionerInput) => PartitionChoice
