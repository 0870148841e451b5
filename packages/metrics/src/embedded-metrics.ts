import { embeddedMetricTable } from './embedded-metric-table.ts'
import { perRegistry } from './series/per-registry.ts'
import { registerMetrics, type AnyRegistry, type Collectors } from './series/registered-metrics.ts'

/** What is read from an embedded cluster; `EmbeddedKafka` of `@headwater/embedded` is one. */
export interface CountingCluster {
  stats(): {
    readonly closed: boolean
    readonly brokersRunning: number
    readonly connections: number
    readonly connectionsOpened: number
    readonly requests: Readonly<Record<string, number>>
    readonly recordsAppended: number
    readonly bytesAppended: number
    readonly recordsFetched: number
    readonly bytesFetched: number
    readonly faultsFired: number
  }
}

type Stats = ReturnType<CountingCluster['stats']>

/** Where each unlabelled counter has its value from. */
const totals = {
  recordsAppended: (stats) => stats.recordsAppended,
  bytesAppended: (stats) => stats.bytesAppended,
  recordsFetched: (stats) => stats.recordsFetched,
  bytesFetched: (stats) => stats.bytesFetched,
  faultsFired: (stats) => stats.faultsFired,
  connectionsOpened: (stats) => stats.connectionsOpened,
} as const satisfies Record<string, (stats: Stats) => number>

/** The clusters of a registry. One that was closed is let go, with its logs; what it counted stays. */
class Clusters {
  readonly #running = new Set<CountingCluster>()
  #left: Stats | undefined
  /** Those that are in what is left: one that is added again must not be counted twice. */
  readonly #gone = new WeakSet<CountingCluster>()

  add(cluster: CountingCluster): void {
    if (!this.#gone.has(cluster)) this.#running.add(cluster)
  }

  /** Of all that ever ran, those that are closed in one. */
  stats(): readonly Stats[] {
    const now: Stats[] = []
    for (const cluster of this.#running) {
      const stats = cluster.stats()
      if (stats.closed) {
        this.#running.delete(cluster)
        this.#gone.add(cluster)
        this.#left = this.#left === undefined ? stats : together(this.#left, stats)
      } else now.push(stats)
    }
    return this.#left === undefined ? now : [this.#left, ...now]
  }

  sum(read: (stats: Stats) => number): number {
    return this.stats().reduce((sum, stats) => sum + read(stats), 0)
  }

  collectors(): Collectors<typeof embeddedMetricTable> {
    const byTotal = Object.fromEntries(
      Object.entries(totals).map(([key, read]) => [
        key,
        (counter: { series(labels: object): { raiseTo(total: number): void } }) =>
          counter.series({}).raiseTo(this.sum(read)),
      ]),
    )
    return {
      ...byTotal,
      requests: (counter) => {
        const apis = new Set(this.stats().flatMap(({ requests }) => Object.keys(requests)))
        for (const api of apis)
          counter.series({ api }).raiseTo(this.sum(({ requests }) => requests[api] ?? 0))
      },
      connections: (gauge) => gauge.set(this.sum(({ connections }) => connections)),
      brokersRunning: (gauge) => gauge.set(this.sum(({ brokersRunning }) => brokersRunning)),
    }
  }
}

function together(left: Stats, right: Stats): Stats {
  const requests = { ...left.requests }
  for (const [api, count] of Object.entries(right.requests)) requests[api] = (requests[api] ?? 0) + count
  const sums = Object.entries(totals).map(([key, read]) => [key, read(left) + read(right)])
  return { ...right, ...(Object.fromEntries(sums) as Partial<Stats>), requests }
}

const clustersOf = perRegistry(embeddedMetricTable.recordsAppended.name, (registry) => {
  const clusters = new Clusters()
  registerMetrics(registry, embeddedMetricTable, clusters.collectors())
  return clusters
})

/**
 * Prometheus metrics of an embedded cluster, in a registry of the caller. They are read when the registry is: a request
 * costs nothing more for them. Several clusters add up. Gives the cluster back.
 *
 * @throws HeadwaterError `METRIC_NAME_TAKEN` when the registry has metrics of these names from elsewhere.
 */
export function embeddedMetrics<Cluster extends CountingCluster>(
  registry: AnyRegistry,
  cluster: Cluster,
): Cluster {
  clustersOf(registry).add(cluster)
  return cluster
}
