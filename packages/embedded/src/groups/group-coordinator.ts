import type { Cluster } from '../cluster/cluster.ts'

/** The groups of a cluster. */
export class GroupCoordinator {
  readonly cluster: Cluster

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }
}
