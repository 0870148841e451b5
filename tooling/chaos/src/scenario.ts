import type { ChaosCluster } from './chaos-cluster.ts'
import type { RunningLoad } from './running-load.ts'
import type { SeededRandom } from './seeded-random.ts'

/** What a scenario has to do with while the load runs. */
interface Stage {
  readonly cluster: ChaosCluster
  /** One for each contender. */
  readonly topics: readonly string[]
  readonly partitions: number
  readonly random: SeededRandom
  readonly load: RunningLoad
  /** Tells what happens, for who watches and for the report. */
  readonly say: (what: string) => void
  /** What was acknowledged up to now is in topics that are gone. */
  readonly forgetAcknowledged: () => void
}

/** One idea of what can go wrong, done to all contenders at once. */
export interface Scenario {
  readonly name: string
  /** One sentence for people. */
  readonly about: string
  /** What its cluster needs beside the usual. Default: nothing, and it shares its cluster with others. */
  readonly needs?: 'small-disk' | undefined
  /** What contenders send. Default: single records, by a process that lives as long as the load. */
  readonly sends?: 'transactions-of-killed-clients' | undefined
  /** Does it, again and again, until the load ends; leaves nothing broken that {@link ChaosCluster.heal} would not mend. */
  run(stage: Stage): Promise<void>
}
