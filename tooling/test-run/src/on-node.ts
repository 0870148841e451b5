/**
 * `pnpm test:on-node <path to a node binary>`: the unit and embedded tests of the published packages on another Node.
 *
 * vitest compiles the sources, so this proves that what they call exists on that Node and behaves; that the built files
 * load there is `pnpm install-matrix`. Tests that start a process of their own start it on TypeScript, which Node strips
 * by itself from 22.18 on and when told to before. READMEs are left out: they run once, on the Node of this project.
 */
import { globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { closingLine } from './closing-line.ts'
import { runTask } from './run-task.ts'
import { tallyReports } from './tally-reports.ts'

const root = join(import.meta.dirname, '../../..')
const node = process.argv.slice(2).find((each) => each !== '--')
if (node === undefined) {
  console.error('Which Node? Give the path of its binary: pnpm test:on-node /path/to/node')
  process.exit(2)
}

const env = {
  ...process.env,
  NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --experimental-strip-types --disable-warning=ExperimentalWarning`,
}
const report = '.reports/on-node.json'
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const places = []
let crashed = false
for (const folder of globSync('packages/*', { cwd: root }).toSorted()) {
  const cwd = join(root, folder)
  const tests = globSync('test/**/*.test.ts', { cwd }).filter(
    (file) => !/(?:\/readme[^/]*|\.kafka)\.test\.ts$/.test(file),
  )
  if (tests.length === 0) continue
  const path = join(cwd, report)
  rmSync(path, { force: true })
  console.log(`\n== ${folder}`)
  const options = [
    '--root',
    '.',
    '--config',
    '../../vitest.config.ts',
    '--project',
    'unit',
    '--project',
    'embedded',
  ]
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const exitCode = await runTask([node, vitest, 'run', ...options, ...reporters, ...tests], {
    cwd,
    env,
  })
  crashed ||= exitCode !== 0
  places.push({ path, text: readText(path), expected: true })
}
const { tally: counted, problems } = tallyReports(places, root)
// A runner can fail without a red test; the closing line must not say "0 failed" then.
const tally = crashed && counted.failed === 0 ? { ...counted, failed: 1 } : counted
for (const problem of problems) console.error(problem)
console.log(closingLine(tally))
process.exitCode = tally.failed > 0 ? 1 : 0

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
