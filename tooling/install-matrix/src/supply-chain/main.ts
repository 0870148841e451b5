/**
 * `pnpm check:supply-chain [--write]`: holds the licences and install scripts of everything that the published packages
 * bring along to `policy.json`, sees that `bom.cdx.json` and `docs/licences.md` say what is true, and asks the registry for
 * known holes. `--write` writes both files.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runCommand } from '../run-command.ts'
import { billOfMaterials } from './bill-of-materials.ts'
import { checkDependencies, type Policy } from './check-dependencies.ts'
import { licenceDocument } from './licence-document.ts'
import { readAudit } from './read-audit.ts'
import { readDependencies } from './read-dependencies.ts'

const root = join(import.meta.dirname, '../../../..')
const { values: options } = parseArgs({
  args: process.argv.slice(2).filter((each) => each !== '--'),
  options: { write: { type: 'boolean', default: false } },
})
const policy = JSON.parse(readFileSync(join(import.meta.dirname, '../../policy.json'), 'utf8')) as Policy
const tree = readDependencies(root, policy.statedElsewhere)
const problems = [...checkDependencies(tree, policy)]

const documents = {
  'bom.cdx.json': `${JSON.stringify(billOfMaterials(tree), undefined, 2)}\n`,
  'docs/licences.md': licenceDocument(tree, policy),
}
const formatter = join(root, 'node_modules/.bin/oxfmt')
for (const [name, text] of Object.entries(documents)) {
  const path = join(root, name)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (options.write) {
    writeFileSync(path, text)
    const { code, output } = await runCommand([formatter, name], root, process.env)
    if (code !== 0) throw new Error(`oxfmt ${name} ended with ${code}: ${output}`)
  } else if (withoutLayout(before) !== withoutLayout(text)) {
    problems.push(`${name} is out of date: run \`pnpm check:supply-chain --write\` and look at what changed`)
  }
}
const scripted = [...tree.dependencies.values()].filter(({ installScripts }) => installScripts.length > 0)
console.log(
  `${tree.dependencies.size} packages come with ${tree.packages.size} of ours, under ${policy.licences.length} licences; ` +
    `install scripts: ${scripted.map(({ name }) => name).join(', ') || 'none'}`,
)

const { output, stdout } = await runCommand(['pnpm', 'audit', '--prod', '--json'], root, process.env)
const audit = readAudit(stdout.trim() === '' ? output : stdout)
if (audit.status === 'skipped')
  console.log(`SKIPPED: the registry was not asked for known holes: ${audit.reason}`)
else
  console.log(`known holes that are high or critical: ${audit.status === 'holes' ? audit.holes.length : 0}`)
if (audit.status === 'holes') problems.push(...audit.holes)

for (const problem of problems) console.error(`FAIL ${problem}`)
if (problems.length > 0) process.exitCode = 1

/** The formatter decides about spaces and lines. */
function withoutLayout(text: string): string {
  return text.replaceAll(/\s+/g, '').replaceAll(/-{3,}/g, '---')
}
