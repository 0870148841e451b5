/**
 * `pnpm docs:check`: compiles and runs the code of all documents, follows their links, and holds the reference of
 * errors to the sources. Prints what it counted, then every problem; exit code 1 when there is any.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@headwater/protocol'
import { checkCodes } from './check-codes.ts'
import { checkFigures } from './check-figures.ts'
import { checkLinks } from './check-links.ts'
import { collectCodes } from './collect-codes.ts'
import { compilePrograms } from './compile-programs.ts'
import { listFiles } from './list-files.ts'
import { markFirstExamples } from './mark-first-examples.ts'
import { parseData, parsePrograms, parseShell } from './parse-blocks.ts'
import { planBlocks, type ProgramProof } from './plan-blocks.ts'
import type { Problem } from './problem.ts'
import { readMarkdown } from './read-markdown.ts'
import { runPrograms } from './run-programs.ts'
import { runShell } from './run-shell.ts'
import { writePrograms } from './write-programs.ts'

const startedAt = performance.now()
const root = join(import.meta.dirname, '../../..')
const scratch = join(import.meta.dirname, '../.cache/programs')
const errorsPage = 'docs/reference/errors.md'
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const print = (what: string, count: number | string): void => console.log(`${what.padEnd(34)} ${count}`)

const paths = listFiles(root)
// Templates are written for another repository, and the snapshots of the public API are made of the sources.
const isDocument = (path: string): boolean =>
  path.endsWith('.md') && !/\/templates\/|^tooling\/.*\/(?:api|baseline)\//.test(path)
const pages = [...paths].filter(isDocument).map((path) => readMarkdown(path, read(path)))
const plan = planBlocks(pages, (path) => (paths.has(path) ? read(path) : undefined))
const programs = markFirstExamples(plan.programs, paths)
const of = <Kind extends ProgramProof['kind']>(kind: Kind): (typeof programs)[number][] =>
  programs.filter(({ proof }) => proof.kind === kind)

const links = checkLinks(pages, paths)
const figures = checkFigures(pages)
const sources = [...paths].filter((path) => /^packages\/[^/]+\/src\/.*\.ts$/.test(path))
const codes = collectCodes(
  new Map(sources.map((path) => [path, read(path)])),
  new Set(Object.keys(errorCode)),
)
const covered = checkCodes(
  pages.find(({ path }) => path === errorsPage) ?? readMarkdown(errorsPage, ''),
  codes,
)
const { written, problems: unknownGivens } = writePrograms(programs, scratch)
const problems: Problem[] = [
  ...plan.problems,
  ...unknownGivens,
  ...links.problems,
  ...figures.problems,
  ...covered.problems,
  ...parseData(plan.data),
  ...parsePrograms(of('parse-only').flatMap((each) => each.blocks)),
  ...(await parseShell(plan.shell, scratch)),
  ...(await compilePrograms(written, scratch, root)),
]
// What does not compile is not worth running.
if (problems.length === 0) {
  problems.push(...(await runPrograms(written, scratch)))
  problems.push(...(await runShell(plan.shell, join(import.meta.dirname, '../node_modules/.bin'))))
}

print('documents', pages.length)
print(
  'blocks of code',
  pages.reduce((sum, page) => sum + page.blocks.length, 0),
)
print('  programs compiled', written.length)
print('    of these run here', of('run').length)
print('    run as tests here', of('run-with').length)
print('    run by the tests of their package', of('run-by').length)
print('    compiled and not run', of('compile-only').length)
print('  programs parsed alone', of('parse-only').length)
print('  JSON and YAML parsed', plan.data.length)
const shellRun = plan.shell.filter(({ marker }) => marker?.kind === 'run').length
print('  shell run here', shellRun)
print('  shell read by bash, not run', plan.shell.length - shellRun)
print('  promql, by tooling/observability', plan.promql.length)
print('  text', plan.text.length)
print('links to files here', links.inside)
print('  anchors', links.anchors)
print('addresses elsewhere', `${links.outside.length} (syntax alone: nobody is asked)`)
print('codes with a section', `${covered.covered} of ${codes.size}`)
print('tables with figures', figures.tables)
for (const { path, line, proof } of programs)
  if (proof.kind === 'compile-only' || proof.kind === 'parse-only')
    console.log(`${proof.kind} ${path}:${line} ${proof.reason}`)
if (process.argv.includes('--addresses')) console.log(links.outside.join('\n'))
print('seconds', ((performance.now() - startedAt) / 1000).toFixed(1))

for (const { path, line, message } of problems) console.error(`${path}:${line} ${message}`)
if (problems.length > 0) process.exitCode = 1
