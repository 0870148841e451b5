import { ChaosCluster } from './chaos-cluster.ts'
import { runScenario, type ScenarioSettings } from './run-scenario.ts'
import type { ScenarioFailure, ScenarioResult } from './scenario-result.ts'
import type { Scenario } from './scenario.ts'
import { SmallDisk } from './small-disk.ts'

/**
 * Runs scenarios one after the other. They share a cluster, which is healed in between; one that needs something special,
 * or that follows one that failed, gets a new one. Each result is told as soon as it is known.
 */
export async function runChaos(
  scenarios: readonly Scenario[],
  settings: ScenarioSettings,
  onResult: (result: ScenarioResult | ScenarioFailure) => void,
): Promise<void> {
  let shared: ChaosCluster | undefined
  try {
    for (const scenario of scenarios) {
      try {
        if (scenario.needs === 'small-disk') {
          await shared?.[Symbol.asyncDispose]()
          shared = undefined
          const disk = await SmallDisk.mount(diskMebibytes(settings))
          await using own = await ChaosCluster.start(settings.seed, disk)
          onResult(await runScenario(scenario, own, settings))
        } else {
          shared ??= await ChaosCluster.start(settings.seed)
          onResult(await runScenario(scenario, shared, settings))
        }
      } catch (error) {
        const { message, cause } = error as Error
        const leftOut = cause instanceof Error ? `${message} (${cause.message})` : message
        settings.say(`${scenario.name}: left out: ${leftOut}`)
        onResult({ scenario: scenario.name, leftOut })
        await shared?.[Symbol.asyncDispose]()
        shared = undefined
      }
    }
  } finally {
    await shared?.[Symbol.asyncDispose]()
  }
}

/** Room for all that is sent, with what batches and indexes cost, and for Kafka's own topics. */
function diskMebibytes({ records, clients }: ScenarioSettings): number {
  return 256 + Math.ceil((records * clients.size * 400) / 2 ** 20)
}
