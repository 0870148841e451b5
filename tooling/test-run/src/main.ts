/**
 * `pnpm test`: every tier that this computer can run, then one closing line that counts them all.
 *
 * Flags: `--no-kafka` leaves the real tier out.
 */
import { rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { describeLogScan, isClean, scanLogLines } from '@headwater/log-scan'
import { closingLine } from './closing-line.ts'
import { describeRedTest } from './describe-red-test.ts'
import { findRedTests } from './find-red-tests.ts'
import { findReports } from './find-reports.ts'
import { findRealTierPackages } from './real-tier-packages.ts'
import { runTask } from './run-task.ts'
import { addTallies, type Tally } from './tally.ts'
import { tallyReports } from './tally-reports.ts'

const root = join(import.meta.dirname, '../../..')
const withKafka = !process.argv.includes('--no-kafka')
const unknownFlags = process.argv.slice(2).filter((flag) => flag !== '--no-kafka' && flag !== '--')
if (unknownFlags.length > 0) {
  console.error(`Unknown argument ${unknownFlags.join(' ')}: the only flag is --no-kafka.`)
  process.exit(2)
}

// Reports of an earlier run must not be counted; turbo puts those back that it has cached.
for (const found of findReports(root)) {
  rmSync(found.path, { force: true })
  rmSync(join(dirname(found.path), 'log-lines'), { recursive: true, force: true })
}

const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
}
// One red package must not hide the others: everything runs, everything is counted.
const turboTest = ['turbo', 'run', 'test', '--concurrency=2', '--continue=always']
const inRealTier = findRealTierPackages(root).map((name) => `--filter=${name}`)
const turboKafka = ['turbo', 'run', 'test:kafka', ...inRealTier, '--concurrency=2', '--continue=always']

const failedTasks: string[] = []
const run = async (name: string, command: readonly string[]): Promise<void> => {
  if ((await runTask(command, { cwd: root, env })) !== 0) failedTasks.push(name)
}

await run('test', turboTest)
if (withKafka) await run('test:kafka', ['node', 'tooling/kafka/src/with-kafka.ts', '--', ...turboKafka])

const reports = findReports(root)
const { tally: counted, problems } = tallyReports(reports, root)
for (const red of findRedTests(reports)) console.error(describeRedTest(red, root))
for (const problem of problems) console.error(problem)
// A task can fail without a red test (a type error, a crash): the closing line must not say "0 failed" then.
const silentFailures: Tally = {
  passed: 0,
  failed: failedTasks.length > 0 && counted.failed === 0 ? 1 : 0,
  skipped: 0,
}
for (const task of failedTasks) console.error(`The task ${task} failed; its output is above.`)
const logScan = scanLogLines(root)
for (const line of describeLogScan(logScan)) console.log(line)
const scanned: Tally = isClean(logScan)
  ? { passed: 1, failed: 0, skipped: 0 }
  : { passed: 0, failed: 1, skipped: 0 }
const total = addTallies(counted, silentFailures, scanned)
console.log(closingLine(total))
process.exitCode = total.failed > 0 ? 1 : 0
