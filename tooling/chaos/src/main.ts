/**
 * `pnpm chaos`: sends records with Headwater and with other clients, side by side, to a real Kafka of three brokers that
 * is killed, frozen, cut and moved meanwhile, and holds what each client said to what is in the log. See `usage`.
 */
import { kafkaVersion } from '@headwater/kafka'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseChaosOptions, usage, type ChaosOptions } from './chaos-options.ts'
import { findClients } from './client-modules.ts'
import { formatScenario, toMarkdown } from './format-report.ts'
import { isClean } from './is-clean.ts'
import { runChaos } from './run-chaos.ts'
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

async function run({
  records,
  rate,
  scenarios,
  clients,
  seed,
  jsonFile,
  writeDocs: toDocs,
}: ChaosOptions): Promise<void> {
  const { modules, leftOut } = await findClients(clients)
  for (const [client, why] of leftOut) console.log(`${client} is left out: ${why}`)
  const folder = await mkdtemp(join(tmpdir(), 'headwater-chaos-'))
  const command = `pnpm chaos --records ${records} --rate ${rate} --scenarios ${scenarios.map(({ name }) => name).join(',')} --clients ${[...modules.keys()].join(',')} --seed ${seed}`
  console.log(command)
  console.log(
    `Kafka ${kafkaVersion}, Node ${process.version}, delivery timeout ${deliveryTimeoutMs / 1000} s`,
  )
  const results = await runChaos(scenarios, {
    seed,
    records,
    perSecond: rate,
    deliveryTimeoutMs,
    clients: modules,
    folder,
    say: (what) => console.error(what),
  })
  console.log(`\n${results.map(formatScenario).join('\n')}`)
  const ran = results.filter((result) => 'clients' in result)
  const versions = new Map(
    ran.flatMap((result) => result.clients.map(({ client, version }) => [client, version])),
  )
  const date = new Date().toISOString().slice(0, 10)
  if (jsonFile !== undefined) {
    const facts = {
      date,
      command,
      seed,
      records,
      rate,
      deliveryTimeoutMs,
      kafkaVersion,
      node: process.version,
    }
    const figures = { ...facts, versions: Object.fromEntries(versions), results }
    await writeFile(resolve(jsonFile), `${JSON.stringify(figures, null, 2)}\n`)
  }
  if (toDocs) {
    const facts = [
      `Measured on ${date} by \`${command}\`: Apache Kafka ${kafkaVersion}, Node ${process.version}, ${[...versions].map(([client, version]) => `${client} ${version}`).join(', ')}.`,
      `Each client sent ${records.toLocaleString('en-US')} records in each scenario at ${rate.toLocaleString('en-US')} a second, all clients at the same time, with a delivery timeout of ${deliveryTimeoutMs / 1000} s.`,
      ...[...leftOut].map(([client, why]) => `${client} is left out: ${why}`),
    ]
    const about = new Map(scenarios.map((scenario) => [scenario.name, scenario.about]))
    await writeDocs(docsFile, `${facts.join('\n')}\n\n${toMarkdown(results, about)}`)
  }
  const broken = ran.some((result) =>
    result.clients.some((one) => one.client === 'headwater' && !isClean(one)),
  )
  if (broken) {
    console.error(`Headwater broke a promise; outcomes and logs are in ${folder}`)
    process.exitCode = 1
  } else await rm(folder, { recursive: true })
}
