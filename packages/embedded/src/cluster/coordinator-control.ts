import type { Cluster } from './cluster.ts'
import type { CoordinatorTopic } from './coordinator-topic.ts'
import type { Partition } from './partition.ts'

/** Who coordinates a group or a transactional id, to look at and to change. */
export interface CoordinatorControl {
  /** The id of the broker that coordinates; -1 while there is none. */
  readonly coordinator: number
  /**
   * Elects another broker, which answers from then on; all keys of the same partition move along. Throws
   * `ELIGIBLE_LEADERS_NOT_AVAILABLE` for a broker that holds no in-sync replica of the coordinator's topic.
   */
  moveCoordinator(broker: number): void
  /** Leaves nobody to coordinate (COORDINATOR_NOT_AVAILABLE), until `moveCoordinator`. */
  unavailable(): void
}

/** The control of one key's coordinator; the coordinator's topic is made if nobody has asked for it yet. */
export function controlCoordinator(
  cluster: Cluster,
  topic: CoordinatorTopic,
  key: string,
): CoordinatorControl {
  const partition = (): Partition => {
    topic.findCoordinator(key)
    return cluster.partition(topic.name, topic.partitionOf(key))!
  }
  return {
    get coordinator() {
      return topic.coordinatorOf(key)
    },
    moveCoordinator: (broker) => partition().moveLeader(broker),
    unavailable: () => partition().loseLeader(),
  }
}
