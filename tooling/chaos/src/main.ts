/**
 * `pnpm chaos`: sends records with Headwater and with other clients, side by side, to a real Kafka of three brokers that
 * is killed, frozen, cut and moved meanwhile, and holds what each client said to what is in the log. See `usage`.
 */
import { kafkaVersion } from '@headwater/kafka'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseChaosOptions, usage, type ChaosOptions } from './chaos-options.ts'
import { findClients } from './client-modules.ts'
import { formatScenario, toMarkdown, type RunFacts } from './format-report.ts'
import { isClean } from './is-clean.ts'
import { runChaos } from './run-chaos.ts'
import type { ScenarioFailure, ScenarioResult } from './scenario-result.ts'
import { writeDocs } from './write-docs.ts'

const deliveryTimeoutMs = 60_000
const docsFile = join(import.meta.dirname, '../../../docs/reliability.md')

function readOptions(): ChaosOptions | undefined {
  try {
    return parseChaosOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    process.exitCode = 2
    return undefined
  }
}

const options = readOptions()
if (options !== undefined) await run(options)

async function run(given: ChaosOptions): Promise<void> {
  const { records, rate, scenarios, seed, jsonFile } = given
  const { modules, leftOut } = await findClients(given.clients)
  for (const [client, why] of leftOut) console.log(`${client} is left out: ${why}`)
  const folder = await mkdtemp(join(tmpdir(), 'headwater-chaos-'))
  const results: (ScenarioResult | ScenarioFailure)[] = []
  const facts: RunFacts = {
    date: new Date().toISOString().slice(0, 10),
    command: `pnpm chaos --records ${records} --rate ${rate} --scenarios ${scenarios.map(({ name }) => name).join(',')} --clients ${[...modules.keys()].join(',')} --seed ${seed}`,
    seed,
    records,
    rate,
    deliveryTimeoutMs,
    kafkaVersion,
    nodeVersion: process.version,
    leftOut: Object.fromEntries(leftOut),
  }
  console.log(facts.command)
  console.log(
    `Kafka ${kafkaVersion}, Node ${process.version}, delivery timeout ${deliveryTimeoutMs / 1000} s`,
  )
  const settings = { seed, records, perSecond: rate, deliveryTimeoutMs, clients: modules, folder }
  const say = (what: string): void => console.error(what)
  await runChaos(scenarios, { ...settings, say }, (result) => {
    results.push(result)
    console.log(`\n${formatScenario(result)}`)
    // After each: a long run that is ended early has not run for nothing.
    if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify({ ...facts, results }, null, 2)}\n`)
  })
  if (given.writeDocs) await writeDocs(docsFile, toMarkdown(facts, results))
  const isBroken = results.some(
    (result) =>
      'clients' in result && result.clients.some((one) => one.client === 'headwater' && !isClean(one)),
  )
  if (isBroken) {
    console.error(`Headwater broke a promise; what it said and what the log says is in ${folder}`)
    process.exitCode = 1
  } else await rm(folder, { recursive: true })
}
