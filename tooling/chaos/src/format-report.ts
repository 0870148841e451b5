import type { ClientResult, ScenarioFailure, ScenarioResult } from './scenario-result.ts'
import { scenarios } from './scenario-table.ts'
import type { Verdict } from './verify-log.ts'

/** One column: its heading, and what stands in it. */
interface Column {
  readonly heading: string
  readonly isText?: boolean
  cell(result: ClientResult, verdict: Verdict): string
}

const count = (n: number): string => n.toLocaleString('en-US')
/** So many, and how many of them were in the log. */
const ofWhich = (all: number, inLog: number): string => (all === 0 ? '0' : `${count(all)} (${count(inLog)})`)

const columns: readonly Column[] = [
  { heading: 'client', isText: true, cell: ({ client }) => client },
  { heading: 'sent', cell: ({ summary }) => (summary === undefined ? '-' : count(summary.sent)) },
  { heading: 'acknowledged', cell: (_, { acknowledged }) => count(acknowledged) },
  { heading: 'lost', cell: (_, { lost }) => count(lost) },
  { heading: 'doubled', cell: (_, { duplicated }) => count(duplicated) },
  { heading: 'reordered', cell: (_, { reordered }) => count(reordered) },
  { heading: 'torn', cell: (_, { torn }) => count(torn) },
  {
    heading: 'rejected or not sent (in the log)',
    cell: (_, { rejected, notSent, contradicted }) => ofWhich(rejected + notSent, contradicted),
  },
  { heading: 'unknown (in the log)', cell: (_, { unknown, unknownInLog }) => ofWhich(unknown, unknownInLog) },
  { heading: 'errors (in the log)', cell: (_, { errors, errorsInLog }) => ofWhich(errors, errorsInLog) },
  {
    heading: 'never settled (in the log)',
    cell: (_, { neverSettled, neverSettledInLog }) => ofWhich(neverSettled, neverSettledInLog),
  },
  {
    heading: 'longest stall, s',
    cell: ({ summary }) => (summary === undefined ? '-' : (summary.longestStallMs / 1000).toFixed(1)),
  },
  {
    heading: 'peak memory, MiB (before)',
    cell: ({ summary }) =>
      summary === undefined ? '-' : `${summary.peakMemoryMib} (${summary.baseMemoryMib})`,
  },
]

const cellsOf = (result: ClientResult, verdict: Verdict): readonly string[] =>
  columns.map((column) => column.cell(result, verdict))

/** What does not fit into a row. */
function notesOf({ client, crashed, leftOut, verdict }: ClientResult): readonly string[] {
  const notes: string[] = []
  if (leftOut !== undefined) notes.push(`${client} took no part: ${gist(leftOut)}`)
  if (crashed !== undefined) notes.push(`${client} ended by itself: ${gist(crashed)}`)
  const failures = Object.entries(verdict?.failures ?? {})
  if (failures.length > 0) {
    const most = failures.toSorted(([, a], [, b]) => b - a).slice(0, 4)
    notes.push(`${client} said ${most.map(([what, times]) => `${what} ${count(times)} times`).join(', ')}`)
  }
  return notes
}

/** The line that names the error, or else the first: a stack says where somebody's disk is. */
function gist(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.find((line) => line !== '') ?? 'nothing'
}

/** One scenario as text for a terminal. */
export function formatScenario(result: ScenarioResult | ScenarioFailure): string {
  if ('leftOut' in result) return `${result.scenario}: left out: ${result.leftOut}`
  const rows = result.clients.flatMap((client) =>
    client.verdict === undefined ? [] : [cellsOf(client, client.verdict)],
  )
  const table = [columns.map(({ heading }) => heading), ...rows]
  const widths = columns.map((_, at) => Math.max(...table.map((row) => row[at]!.length)))
  const lines = table.map((row) =>
    row
      .map((cell, at) => (columns[at]!.isText ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  '),
  )
  const evidence = result.clients.flatMap(({ client, verdict }) =>
    (verdict?.evidence ?? []).slice(0, 3).map((what) => `${client}: ${what}`),
  )
  return [
    `${result.scenario} (${result.seconds} s)`,
    ...lines,
    ...result.clients.flatMap(notesOf),
    ...evidence,
    '',
  ].join('\n')
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** What a run was: what a reader needs to repeat it. */
export interface RunFacts {
  readonly date: string
  readonly command: string
  readonly seed: number
  readonly records: number
  readonly rate: number
  readonly deliveryTimeoutMs: number
  readonly kafkaVersion: string
  readonly nodeVersion: string
  /** Why clients took no part, by name. */
  readonly leftOut: Readonly<Record<string, string>>
}

/** A whole run as markdown. */
export function toMarkdown(facts: RunFacts, results: readonly (ScenarioResult | ScenarioFailure)[]): string {
  const about = new Map(scenarios.map((scenario) => [scenario.name, scenario.about]))
  const took = results.flatMap((result) => ('clients' in result ? result.clients : []))
  const versions = new Map(
    took.filter(({ version }) => version !== '').map((one) => [one.client, one.version]),
  )
  const opening = [
    `Measured on ${facts.date} with Apache Kafka ${facts.kafkaVersion}, Node ${facts.nodeVersion} and ${[...versions].map(([client, version]) => `${client} ${version}`).join(', ')}.`,
    `Each client sent ${count(facts.records)} records in each scenario, ${count(facts.rate)} a second, with a delivery timeout of ${facts.deliveryTimeoutMs / 1000} s; the seed was ${facts.seed}.`,
    ...Object.entries(facts.leftOut).map(([client, why]) => `${client} is left out: ${why}.`),
  ].join('\n')
  return `${opening}\n\n\`\`\`sh\n${facts.command}\n\`\`\`\n\n${toOverview(results)}\n\n${results.map((result) => toSection(result, about.get(result.scenario) ?? '')).join('\n')}`
}

/** What matters most, at a glance: a row for each scenario, a column for each client. */
function toOverview(results: readonly (ScenarioResult | ScenarioFailure)[]): string {
  const ran = results.filter((result) => 'clients' in result)
  const clients = [...new Set(ran.flatMap((result) => result.clients.map(({ client }) => client)))]
  const cellOf = (result: ScenarioResult, client: string): string => {
    const found = result.clients.find((one) => one.client === client)
    if (found?.verdict === undefined) return '-'
    const { crashed, verdict } = found
    const { lost, duplicated, reordered, torn, rejected, notSent, unknown, errors, neverSettled } = verdict
    const failed = rejected + notSent + unknown + errors + neverSettled
    const counts = [lost, duplicated, reordered, torn, failed].map(count).join(' / ')
    return crashed === undefined ? counts : `${counts}, then crashed`
  }
  return [
    'Lost / doubled / reordered / torn / failed:',
    '',
    row(['scenario', ...clients]),
    row(['---', ...clients.map(() => '--:')]),
    ...ran.map((result) => row([result.scenario, ...clients.map((client) => cellOf(result, client))])),
  ].join('\n')
}

function toSection(result: ScenarioResult | ScenarioFailure, about: string): string {
  const opening = [`### ${result.scenario}`, '', about, '']
  if ('leftOut' in result) return [...opening, `Left out: ${result.leftOut}`, ''].join('\n')
  const rows = result.clients.flatMap((client) =>
    client.verdict === undefined ? [] : [row(cellsOf(client, client.verdict))],
  )
  const notes = result.clients.flatMap(notesOf).map((note) => `- ${note.replaceAll('|', '/')}`)
  return [
    ...opening,
    row(columns.map(({ heading }) => heading)),
    row(columns.map(({ isText }) => (isText ? '---' : '--:'))),
    ...rows,
    '',
    ...(notes.length === 0 ? [] : [...notes, '']),
  ].join('\n')
}
