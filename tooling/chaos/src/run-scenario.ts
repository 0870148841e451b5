import { join } from 'node:path'
import type { ChaosCluster } from './chaos-cluster.ts'
import { LoadProcess } from './load-process.ts'
import type { LoadOrder, LoadSummary } from './load-order.ts'
import { readLogs } from './read-logs.ts'
import { runKilledClient } from './run-killed-client.ts'
import { RunningLoad } from './running-load.ts'
import type { Scenario } from './scenario.ts'
import { createSeededRandom } from './seeded-random.ts'
import { verifyLog, type Verdict } from './verify-log.ts'

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

/** What a scenario came to for one contender. */
export interface ClientResult {
  readonly client: string
  readonly version: string
  readonly verdict?: Verdict | undefined
  readonly summary?: LoadSummary | undefined
  /** The end of what the process said, when it ended by itself before its load did. */
  readonly crashed?: string | undefined
  /** Why the contender took no part. */
  readonly leftOut?: string | undefined
}

/** A contender that is connected and waits for the beginning. */
interface Opened {
  readonly client: string
  readonly version: string
  readonly process: LoadProcess
  readonly order: LoadOrder
}

/** What a scenario came to. */
export interface ScenarioResult {
  readonly scenario: string
  readonly seconds: number
  readonly happened: readonly string[]
  readonly clients: readonly ClientResult[]
}

const partitions = 6
const keys = 500
const valueBytes = 120
const maxOpen = 10_000
const recordsPerTransaction = 100

/** Runs a load for each contender, side by side, while the scenario happens, and holds what each was told to its log. */
export async function runScenario(
  scenario: Scenario,
  cluster: ChaosCluster,
  settings: ScenarioSettings,
): Promise<ScenarioResult> {
  const startMs = performance.now()
  const random = createSeededRandom(settings.seed, scenario.name)
  const transacting = scenario.sends === 'transactions-of-killed-clients'
  const run = `${scenario.name}-${Date.now().toString(36)}`
  const happened: string[] = []
  const say = (what: string): void => {
    const line = `${((performance.now() - startMs) / 1000).toFixed(1)} s: ${what}`
    happened.push(line)
    settings.say(`${scenario.name}: ${line}`)
  }
  const entries = [...settings.clients].map(([client, module]) => ({
    client,
    topic: `chaos-${run}-${client}`,
    order: orderOf(client, module),
  }))
  const topics = entries.map(({ topic }) => topic)
  await cluster.admin.createTopics(topics, partitions)

  const load = new RunningLoad()
  let deletedUntilMs: number | undefined
  const opened = await Promise.all(entries.map(openOne))
  const running = opened.filter((one) => 'process' in one)
  for (const { process } of running) process.go()
  say(`${running.length} clients send`)
  const results = Promise.all(
    opened.map(async (one): Promise<ClientResult> => {
      if (!('process' in one)) return one
      const { client, process, version, order } = one
      const end = transacting
        ? await runKilledClient(process, order, createSeededRandom(settings.seed, `kills of ${client}`), say)
        : await process.done()
      return 'crashed' in end ? { client, version, crashed: end.crashed } : { client, version, summary: end }
    }),
  )
  const issued = transacting ? results : Promise.all(running.map(({ process }) => process.issued()))
  const ended = issued.then(
    () => load.end(),
    (error: unknown) => {
      load.end()
      throw error
    },
  )
  try {
    await scenario.run({
      cluster,
      topics: running.map(({ order }) => order.topic),
      partitions,
      random,
      load,
      say,
      forgetAcknowledged: () => (deletedUntilMs = Date.now()),
    })
    await ended
    const clients = await results
    say('all sends are settled')
    await cluster.heal()
    await cluster.admin.untilInSync(topics)
    return await verified(clients)
  } finally {
    for (const { process } of running) await process.kill()
  }

  function orderOf(client: string, module: string): LoadOrder {
    const { records, perSecond, deliveryTimeoutMs } = settings
    const topic = `chaos-${run}-${client}`
    return {
      module,
      bootstrapServers: cluster.bootstrapServers,
      topic,
      records,
      perSecond,
      maxOpen,
      keys: transacting ? recordsPerTransaction : keys,
      valueBytes,
      deliveryTimeoutMs,
      maxLoadMs: 1.5 * (records / perSecond) * 1000 + 30_000,
      outcomesFile: join(settings.folder, `${topic}.outcomes`),
      transactionalId: transacting ? topic : undefined,
      firstNumber: 0,
    }
  }

  async function openOne({
    client,
    order,
  }: {
    readonly client: string
    readonly order: LoadOrder
  }): Promise<Opened | ClientResult> {
    const process = new LoadProcess(order)
    try {
      const { version, canTransact } = await process.ready()
      if (!transacting || canTransact) return { client, version, process, order }
      await process.kill()
      return { client, version, leftOut: 'has no transactions here' }
    } catch (error) {
      return { client, version: '', leftOut: (error as Error).message }
    }
  }

  async function verified(clients: readonly ClientResult[]): Promise<ScenarioResult> {
    const took = entries.filter((_, index) => clients[index]!.leftOut === undefined)
    const isolation = transacting ? 'read_committed' : 'read_uncommitted'
    const logs = await readLogs(
      cluster.directServers,
      took.map(({ topic }) => topic),
      settings.folder,
      isolation,
    )
    const judged = await Promise.all(
      clients.map(async (result, index): Promise<ClientResult> => {
        const { topic, order } = entries[index]!
        const log = logs.get(topic)
        if (log === undefined) return result
        const verdict = await verifyLog(order.outcomesFile, log, {
          deletedUntilMs,
          recordsPerTransaction: transacting ? recordsPerTransaction : undefined,
        })
        return { ...result, verdict }
      }),
    )
    await cluster.admin.deleteTopics(topics)
    const seconds = Math.round((performance.now() - startMs) / 1000)
    return { scenario: scenario.name, seconds, happened, clients: judged }
  }
}
