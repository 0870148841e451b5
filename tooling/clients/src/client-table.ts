import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How many facts of a client held on a cluster. */
export interface ClientResult {
  readonly client: string
  readonly cluster: 'embedded' | 'real'
  readonly facts: number
  readonly held: number
}

const folder = join(import.meta.dirname, '../.reports')
const resultName = /^clients-.*\.json$/

/** Keeps a cluster's results, and writes and prints the table of all that are kept: `.reports/clients.md`. */
export function writeTable(results: readonly ClientResult[]): void {
  mkdirSync(folder, { recursive: true })
  for (const result of results) {
    const slug = result.client.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
    writeFileSync(join(folder, `clients-${slug}-${result.cluster}.json`), `${JSON.stringify(result)}\n`)
  }
  const table = formatTable(
    readdirSync(folder)
      .filter((name) => resultName.test(name))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as ClientResult),
  )
  writeFileSync(join(folder, 'clients.md'), table)
  console.log(`\n${table}`)
}

/** A Markdown table: one row a client, one column a cluster; a dash is a cluster that was not asked. */
function formatTable(results: readonly ClientResult[]): string {
  const rows = [...new Set(results.map(({ client }) => client))].toSorted().map((client) => {
    const of = (cluster: ClientResult['cluster']): ClientResult | undefined =>
      results.find((each) => each.client === client && each.cluster === cluster)
    const facts = of('embedded')?.facts ?? of('real')?.facts
    return `| ${client} | ${facts} | ${of('embedded')?.held ?? '-'} | ${of('real')?.held ?? '-'} |\n`
  })
  return `| client | facts | embedded | real |\n| --- | --- | --- | --- |\n${rows.join('')}`
}
