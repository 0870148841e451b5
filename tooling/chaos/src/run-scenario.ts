import type { ChaosCluster } from './chaos-cluster.ts'
import {
  makeLoadOrder,
  openContender,
  recordsPerTransaction,
  type OpenedContender,
} from './open-contender.ts'
import { readLogs } from './read-logs.ts'
import { runKilledClient } from './run-killed-client.ts'
import { RunningLoad } from './running-load.ts'
import type { ClientResult, ScenarioResult } from './scenario-result.ts'
import type { Scenario } from './scenario.ts'
import { createSeededRandom } from './seeded-random.ts'
import { verifyLog } from './verify-log.ts'

/** How every scenario of a run is run. */
export interface ScenarioSettings {
  readonly seed: number
  /** For each contender. */
  readonly records: number
  readonly perSecond: number
  readonly deliveryTimeoutMs: number
  /** The module of each contender, by its name. */
  readonly clients: ReadonlyMap<string, string>
  /** Where outcomes and logs are written. */
  readonly folder: string
  readonly say: (what: string) => void
}

const partitions = 6

/** Runs a load for each contender, side by side, while the scenario happens, and holds what each was told to its log. */
export async function runScenario(
  scenario: Scenario,
  cluster: ChaosCluster,
  settings: ScenarioSettings,
): Promise<ScenarioResult> {
  const startMs = performance.now()
  const isTransacting = scenario.sends === 'transactions-of-killed-clients'
  const run = `chaos-${scenario.name}-${Date.now().toString(36)}`
  const happened: string[] = []
  const say = (what: string): void => {
    const line = `${((performance.now() - startMs) / 1000).toFixed(1)} s: ${what}`
    happened.push(line)
    settings.say(`${scenario.name}: ${line}`)
  }
  const orders = [...settings.clients].map(
    ([client, module]) =>
      [client, makeLoadOrder(module, `${run}-${client}`, cluster, settings, isTransacting)] as const,
  )
  const topics = orders.map(([, { topic }]) => topic)
  await cluster.admin.createTopics(topics, partitions)
  const contenders = await Promise.all(orders.map(([client, order]) => openContender(client, order)))
  const processes = contenders.flatMap(({ process }) => process ?? [])

  const load = new RunningLoad()
  let deletedUntilMs: number | undefined
  const happen = async (): Promise<void> => {
    const random = createSeededRandom(settings.seed, scenario.name)
    const forgetAcknowledged = (): void => void (deletedUntilMs = Date.now())
    await scenario.run({ cluster, topics, partitions, random, load, say, forgetAcknowledged })
  }
  const send = async (contender: OpenedContender): Promise<ClientResult> => {
    const { client, version, order, process, leftOut } = contender
    if (process === undefined) return { client, version, leftOut }
    const kills = createSeededRandom(settings.seed, `kills of ${client}`)
    const end = isTransacting ? await runKilledClient(process, order, kills, say) : await process.done()
    return 'crashed' in end ? { client, version, crashed: end.crashed } : { client, version, summary: end }
  }
  const sendAll = async (): Promise<readonly ClientResult[]> => {
    for (const process of processes) process.go()
    say(`${processes.length} clients send`)
    const results = Promise.all(contenders.map(send))
    try {
      await (isTransacting ? results : Promise.all(processes.map((process) => process.issued())))
    } finally {
      load.end()
    }
    return results
  }
  try {
    const [results] = await Promise.all([sendAll(), happen()])
    say('all sends are settled')
    await cluster.heal()
    await cluster.admin.untilInSync(topics)
    const clients = await judge(results)
    await cluster.admin.deleteTopics(topics)
    const seconds = Math.round((performance.now() - startMs) / 1000)
    return { scenario: scenario.name, seconds, happened, clients }
  } finally {
    load.end()
    await Promise.all(processes.map((process) => process.kill()))
  }

  async function judge(results: readonly ClientResult[]): Promise<readonly ClientResult[]> {
    const isolation = isTransacting ? 'read_committed' : 'read_uncommitted'
    const logs = await readLogs(cluster.directServers, topics, settings.folder, isolation)
    return await Promise.all(
      results.map(async (result, index) => {
        if (result.leftOut !== undefined) return result
        const { topic, outcomesFile } = orders[index]![1]
        const verdict = await verifyLog(outcomesFile, logs.get(topic)!, {
          deletedUntilMs,
          recordsPerTransaction: isTransacting ? recordsPerTransaction : undefined,
        })
        return { ...result, verdict }
      }),
    )
  }
}
