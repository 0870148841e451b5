import { Refusal } from './refusal.ts'

/** As many partitions as one request may make (`ReplicationControlManager.MAX_PARTITIONS_PER_BATCH`). */
export const maxPartitions = 10_000

/** Refuses what would take the memory of the process. */
export function assertPartitionCount(count: number): void {
  if (count <= maxPartitions) return
  throw new Refusal('POLICY_VIOLATION', 'Excessively large number of partitions per request.')
}

/**
 * Spreads partitions over brokers: the first replica of each next partition is on the next broker. Kafka begins at a
 * random broker; here partition 0 is always led by the first, so that a test can name the leader.
 */
export function assignReplicas(
  brokers: readonly number[],
  partitions: number,
  replicationFactor: number,
  firstPartition: number,
): number[][] {
  return Array.from({ length: partitions }, (_, at) =>
    Array.from(
      { length: replicationFactor },
      (_none, replica) => brokers[(firstPartition + at + replica) % brokers.length]!,
    ),
  )
}

/** Refuses an assignment of a client that names no broker, a broker twice, an unknown one, or differing numbers. */
export function assertAssignment(
  assignment: readonly (readonly number[])[],
  brokers: ReadonlyMap<number, unknown>,
): void {
  for (const replicas of assignment) {
    const stranger = replicas.find((broker) => !brokers.has(broker))
    const why =
      replicas.length === 0
        ? 'The manual partition assignment includes an empty replica list.'
        : new Set(replicas).size !== replicas.length
          ? 'The manual partition assignment includes a broker more than once.'
          : replicas.length !== assignment[0]!.length
            ? 'The manual partition assignment includes partitions with differing replication factors.'
            : stranger !== undefined
              ? `The manual partition assignment includes broker ${stranger}, but no such broker is registered.`
              : undefined
    if (why !== undefined) throw new Refusal('INVALID_REPLICA_ASSIGNMENT', why)
  }
}
