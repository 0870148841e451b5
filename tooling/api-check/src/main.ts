/**
 * `pnpm api:check`: fails when the public API of a package is not the one of its snapshot in `api/`, or when its
 * documentation lacks something. `pnpm api:update` accepts the API as it is.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { checkDocs } from './check-docs.ts'
import { compareSnapshots } from './compare-snapshots.ts'
import type { DefaultCheck } from './doc-rules/default-as-in-code.ts'
import { formatApi } from './format-api.ts'
import { knownGaps } from './known-gaps.ts'
import { packageDoors } from './package-doors.ts'
import { publishedPackages } from './published-packages.ts'

const root = join(import.meta.dirname, '../../..')
const snapshots = join(import.meta.dirname, '../api')
const update = process.argv.slice(2).includes('update')

const problems: string[] = []
const defaults: DefaultCheck[] = []
const closed = new Set(knownGaps)
const rooms = new Set<string>()
let symbolCount = 0

mkdirSync(snapshots, { recursive: true })
for (const one of publishedPackages(root)) {
  rooms.add(one.room)
  const doors = await packageDoors(root, one)
  const text = formatApi(one.name, doors)
  const path = join(snapshots, `${one.room}.md`)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (update) writeFileSync(path, text)
  for (const { heading, kind, lines } of compareSnapshots(before, text)) {
    const change = `${one.name}: ${kind}: ${heading.replaceAll('#', '').trim()}\n${lines.map((line) => `    ${line}\n`).join('')}`
    if (update) console.log(change)
    else problems.push(change)
  }
  const report = checkDocs(root, one, doors)
  symbolCount += report.symbolCount
  defaults.push(...report.defaults)
  for (const { room, symbol, rule, message } of report.problems) {
    const known = knownGaps.find((gap) => gap.room === room && gap.symbol === symbol && gap.rule === rule)
    if (known === undefined) problems.push(`${one.name}: ${symbol} ${message} (${rule})\n`)
    else closed.delete(known)
  }
}
for (const path of globSync('*.md', { cwd: snapshots })) {
  if (rooms.has(basename(path, '.md'))) continue
  if (update) rmSync(join(snapshots, path))
  else problems.push(`api/${path} is of no published package: pnpm api:update removes it\n`)
}

const count = (verdict: DefaultCheck['verdict']): number =>
  defaults.filter((each) => each.verdict === verdict).length
console.log(
  `${rooms.size} packages, ${symbolCount} public symbols, ${knownGaps.length} known gaps in their documentation`,
)
console.log(
  `${defaults.length} @defaultValue tags: ${count('checked')} as in the code, ${count('wrong')} wrong, ` +
    `${count('prose')} sentences, ${count('not-found')} computed where no constant stands beside the name`,
)
const notFound = defaults.filter(({ verdict }) => verdict === 'not-found').map(({ symbol }) => symbol)
if (notFound.length > 0) console.log(`  not found: ${notFound.join(', ')}`)
for (const { room, symbol } of closed)
  console.log(`known-gaps.ts: ${room} ${symbol} is documented now: take it out of the list`)

if (problems.length > 0) {
  console.error(`\n${problems.join('\n')}`)
  console.error(
    'A change of the API that is meant: pnpm api:update, commit tooling/api-check/api, and write a changeset for users. ' +
      'What is missing in the documentation has to be written.',
  )
  process.exitCode = 1
}
