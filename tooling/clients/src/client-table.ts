import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The clusters, in the order of the table's columns. */
const clusterNames = ['embedded', 'embedded, 3 brokers', 'real'] as const

/** Which cluster a client was let loose on. */
export type ClusterName = (typeof clusterNames)[number]

/** How many facts of a client held on a cluster. */
export interface ClientResult {
  readonly client: string
  readonly cluster: ClusterName
  readonly facts: number
  readonly held: number
}

const folder = join(import.meta.dirname, '../.reports')
const resultName = /^clients-.*\.json$/

/** Keeps a cluster's results, and writes and prints the table of all that are kept: `.reports/clients.md`. */
export function writeTable(results: readonly ClientResult[]): void {
  mkdirSync(folder, { recursive: true })
  for (const result of results) {
    const slug = slugOf(result.client)
    writeFileSync(
      join(folder, `clients-${slug}-${slugOf(result.cluster)}.json`),
      `${JSON.stringify(result)}\n`,
    )
  }
  const table = formatTable(readClientResults())
  writeFileSync(join(folder, 'clients.md'), table)
  console.log(`\n${table}`)
}

/** All results that are kept, of the last run of each client on each cluster. */
export function readClientResults(): readonly ClientResult[] {
  return readdirSync(folder)
    .filter((name) => resultName.test(name))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as ClientResult)
}

const slugOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

/** A Markdown table: one row a client, one column a cluster; a dash is a cluster that was not asked. */
function formatTable(results: readonly ClientResult[]): string {
  const row = (cells: readonly unknown[]): string => `| ${cells.join(' | ')} |\n`
  const clients = [...new Set(results.map(({ client }) => client))].toSorted()
  const rows = clients.map((client) => {
    const own = results.filter((each) => each.client === client)
    const held = clusterNames.map((name) => own.find(({ cluster }) => cluster === name)?.held ?? '-')
    return row([client, own[0]?.facts, ...held])
  })
  const head = ['client', 'facts', ...clusterNames]
  return [row(head), row(head.map(() => '---')), ...rows].join('')
}
