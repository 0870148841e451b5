/**
 * `pnpm install-matrix [--full] [--write]`: publishes the packed packages to a registry server on this computer, and
 * installs each one alone in an empty folder with the package managers, Nodes and compilers that users have; then holds
 * each package to its budget. Needs `pnpm build` first.
 *
 * Without `--full` each package is installed once. With it, each pair of choices is tried, and docs/support.md is written.
 * `--write` sets budgets.json to a tenth more than was measured, and writes the figures of docs/support.md. `--only producer` plays the cells of one package,
 * `--keep` leaves their folders.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkBudgets, toBudget, type Budget } from './budgets/check-budgets.ts'
import { measurePackages } from './budgets/measure-packages.ts'
import { runMatrix } from './matrix/run-matrix.ts'
import { runCommand } from './run-command.ts'
import { figureRows, replaceFigures, supportDocument } from './support-document.ts'

const root = join(import.meta.dirname, '../../..')
const supportPath = join(root, 'docs/support.md')
const budgetPath = join(import.meta.dirname, '../budgets.json')
const { values: options } = parseArgs({
  args: process.argv.slice(2).filter((each) => each !== '--'),
  options: {
    full: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
/** In the short run, which CI plays beside other work, an import may take five times its milliseconds. */
const slack = options.full ? 1 : 5
const turns = options.full ? 9 : 3

const startedAt = performance.now()
const log = (line: string): void => {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}`)
}

const folder = mkdtempSync(join(tmpdir(), 'install-matrix-'))
try {
  const run = await runMatrix({
    root,
    folder,
    scope: options.full ? 'full' : 'short',
    only: options.only,
    log,
  })
  const failed = run.results.filter(({ problem }) => problem !== undefined)
  for (const { cell, problem } of failed) console.error(`\n--- ${Object.values(cell).join(' ')}\n${problem}`)
  if (run.plugNPlayProblem !== undefined) console.error(`\n--- ${run.plugNPlayProblem}`)

  const figures = await measurePackages(run, folder, turns)
  for (const row of figureRows(figures)) console.log(row.join('  '))
  const budgets = JSON.parse(readFileSync(budgetPath, 'utf8')) as Readonly<Record<string, Budget>>
  const ofThisRun = Object.entries(budgets).filter(
    ([name]) => options.only === undefined || figures.has(name),
  )
  if (options.write) {
    const written = [...figures].map(([name, measured]) => [name, toBudget(measured, budgets[name])])
    writeFileSync(
      budgetPath,
      `${JSON.stringify({ ...budgets, ...Object.fromEntries(written) }, undefined, 2)}\n`,
    )
  }
  const exceeded = options.write ? [] : checkBudgets(Object.fromEntries(ofThisRun), figures, slack)
  for (const sentence of exceeded) console.error(`FAIL ${sentence}`)
  if (options.only === undefined && failed.length === 0 && run.plugNPlayProblem === undefined) {
    if (options.full) writeFileSync(supportPath, supportDocument(run, figures))
    else if (options.write)
      writeFileSync(supportPath, replaceFigures(readFileSync(supportPath, 'utf8'), run, figures))
  }

  if (options.write || options.full) {
    const { code, output } = await runCommand(
      [join(root, 'node_modules/.bin/oxfmt'), supportPath, budgetPath],
      root,
      process.env,
    )
    if (code !== 0) throw new Error(`oxfmt ended with ${code}: ${output}`)
  }
  log(`${run.results.length} cells, ${failed.length} failed; ${exceeded.length} budgets exceeded`)
  if (failed.length + exceeded.length > 0 || run.plugNPlayProblem !== undefined) process.exitCode = 1
} finally {
  if (options.keep) log(`kept: ${folder}`)
  else rmSync(folder, { recursive: true, force: true })
}
