import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from '../measure.ts'
import { measureProcess, type ProcessRun } from './measure-process.ts'
import { writeSchemaHistory, type SchemaHistoryTotals } from './write-schema-history.ts'

const size = { subjects: 2000, versions: 20, breakEvery: 200 }
const modes = ['FULL_TRANSITIVE', 'BACKWARD_TRANSITIVE'] as const
const mostSeconds = 10
const mostMegabytes = 500

interface Result {
  readonly name: string
  readonly runs: readonly ProcessRun[]
}

/**
 * `headwater schemas check` against a committed history of 2,000 subjects with 20 versions each, all of them changed,
 * and `JSON.parse` of the same texts in the same run, which shows how fast the computer was. Prints a table and writes
 * it as JSON to `.reports/bench-schemas-check.json` of this package.
 */
export async function benchSchemasCheck(rounds: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'headwater-bench-schemas-'))
  try {
    const totals = writeSchemaHistory(root, size)
    const results = await measureAll(root, rounds, totals)
    console.log(formatResults(results, totals))
    const folder = new URL('../../.reports/', import.meta.url)
    mkdirSync(folder, { recursive: true })
    const report = { node: process.version, rounds, size, totals, results }
    writeFileSync(new URL('bench-schemas-check.json', folder), JSON.stringify(report, null, 2))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function measureAll(
  root: string,
  rounds: number,
  totals: SchemaHistoryTotals,
): Promise<readonly Result[]> {
  const headwater = fileURLToPath(new URL('src/main.ts', import.meta.resolve('@headwater/cli/package.json')))
  const parse: ProcessRun[] = []
  const checks = new Map(modes.map((mode) => [mode, [] as ProcessRun[]]))
  for (let round = 0; round < rounds; round++) {
    parse.push(await measureProcess([fileURLToPath(import.meta.resolve('./parse-texts.ts')), root]))
    for (const mode of modes) {
      const args = [
        'schemas',
        'check',
        '--cwd',
        root,
        '--against',
        'history',
        '--mode',
        mode,
        '--format',
        'json',
      ]
      const run = await measureProcess([headwater, ...args])
      assertAnswer(run, mode, totals)
      checks.get(mode)!.push({ ...run, output: '' })
    }
  }
  return [
    { name: 'JSON.parse of every recorded version', runs: parse },
    ...[...checks].map(([mode, runs]) => ({ name: `headwater schemas check, ${mode}`, runs })),
  ]
}

/** A check that finds too little is quick, too. */
function assertAnswer(
  { exitCode, output }: ProcessRun,
  mode: (typeof modes)[number],
  totals: SchemaHistoryTotals,
): void {
  const { summary } = JSON.parse(output) as { readonly summary: Readonly<Record<string, number>> }
  const breaks = totals.breakingSubjects * (mode === 'FULL_TRANSITIVE' ? 2 : 1)
  if (exitCode !== 1 || summary['breaks'] !== breaks || summary['problems'] !== 0)
    throw new Error(`${mode} should find ${breaks} breaks, not ${JSON.stringify({ exitCode, summary })}`)
}

function formatResults(results: readonly Result[], totals: SchemaHistoryTotals): string {
  const middle = ({ runs }: Result, what: 'seconds' | 'cpuSeconds' | 'peakMegabytes'): number =>
    median(runs.map((run) => run[what]))
  const least = middle(results[0]!, 'seconds')
  const rows = results.map((result) => {
    const all = result.runs.map(({ seconds }) => seconds)
    return [
      result.name.padEnd(46),
      middle(result, 'seconds').toFixed(2).padStart(8),
      `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}`.padStart(16),
      middle(result, 'cpuSeconds').toFixed(2).padStart(8),
      middle(result, 'peakMegabytes').toFixed(0).padStart(8),
      (middle(result, 'seconds') / least).toFixed(1).padStart(12),
    ].join('  ')
  })
  const bounds = results
    .slice(1)
    .flatMap((result) => [
      bound(`${result.name}: seconds`, middle(result, 'seconds'), mostSeconds),
      bound(`${result.name}: MB`, middle(result, 'peakMegabytes'), mostMegabytes),
    ])
  return [
    `${totals.recordedVersions} recorded versions, ${(totals.recordedBytes / 1e6).toFixed(0)} MB`,
    '',
    `${'median of all rounds'.padEnd(46)}   seconds   least to most     CPU s   peak MB  x JSON.parse`,
    ...rows,
    '',
    ...bounds,
  ].join('\n')
}

function bound(what: string, measured: number, most: number): string {
  return `${what.padEnd(60)}  ${measured.toFixed(1).padStart(8)}  at most ${most}${measured <= most ? '' : '   NOT REACHED'}`
}
