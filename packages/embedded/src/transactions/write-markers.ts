import type { Cluster } from '../cluster/cluster.ts'
import type { Partition } from '../cluster/partition.ts'
import type { Life } from '../cluster/life.ts'
import type { GroupCoordinator } from '../groups/group-coordinator.ts'
import type { Transaction } from './transaction.ts'

/** Where markers go. */
export interface MarkerTargets {
  readonly cluster: Cluster
  readonly groups: GroupCoordinator
}

/**
 * Ends a transaction in each of its partitions; resolves when the last one has its marker, or when the cluster closes.
 * A partition that nobody leads gets its marker when somebody does; one that was deleted needs none.
 */
export async function writeMarkers(
  transaction: Transaction,
  coordinatorEpoch: number,
  { cluster, groups }: MarkerTargets,
): Promise<void> {
  const { producerId, producerEpoch } = transaction
  const type = transaction.state === 'PrepareCommit' ? 'commit' : 'abort'
  await Promise.all(
    transaction.partitions.map(async ({ topic, partition: index }) => {
      const partition = cluster.partition(topic, index)
      if (partition === undefined) return
      await whenLed(partition, cluster.life)
      if (partition.deleted || cluster.life.ended) return
      if (topic === groups.topic.name) return groups.endTransaction(index, producerId, type === 'commit')
      const timestamp = cluster.clock.now()
      partition.log.appendMarker(
        { type, coordinatorEpoch, producerId, producerEpoch, timestamp },
        partition.leaderEpoch,
      )
      partition.changed()
    }),
  )
}

/** Resolves when a partition has a leader or is deleted. */
export function whenLed(partition: Partition, life: Life): Promise<void> {
  const ready = (): boolean => partition.leader !== -1 || partition.deleted
  if (ready() || life.ended) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      forgetChange()
      forgetEnd()
      resolve()
    }
    const forgetChange = partition.onChange(() => {
      if (ready()) done()
    })
    const forgetEnd = life.onEnd(done)
  })
}
