import type { TopicMetadata } from './metadata-store.ts'

/**
 * What a new send of a partition does while older records of it are elsewhere: `go` to the engine, join them `behind`,
 * or `wait` a moment until the last of them are back.
 */
export type Turn = 'go' | 'behind' | 'wait'

/** Older records that are not with the engine, and must not be overtaken. */
export interface Backlog {
  /** @param partition - `undefined`: nobody knows it yet. */
  turn(topic: string, partition: number | undefined): Turn
  /** The partitions as they look to records that may go anywhere: those with a backlog seem to have no leader. */
  passable(topic: TopicMetadata): TopicMetadata['partitions']
}
