import type { Policy } from './check-dependencies.ts'
import type { DependencyTree } from './read-dependencies.ts'

/** docs/licences.md. */
export function licenceDocument(tree: DependencyTree, policy: Policy): string {
  const rows = [...tree.dependencies.values()].map((one) => [
    `\`${one.name}\``,
    one.version,
    one.licence,
    one.broughtBy.map((name) => name.replace(/^@headwater\//, '')).join(', '),
  ])
  const without = [...tree.packages.keys()].filter(
    (name) =>
      ![...tree.dependencies.values()].some(
        (one) => one.broughtBy.includes(name) || needsOne(tree, name, one.broughtBy),
      ),
  )
  const statements = Object.entries(policy.statedElsewhere).map(
    ([name, { licence, where }]) =>
      `\`${name}\` names no licence in its package.json; ${licence} is what ${where} says.`,
  )
  const scripts = Object.entries(policy.installScripts).map(([name, reason]) => `- \`${name}\`: ${reason}`)
  return `# What the packages bring along

\`pnpm check:supply-chain --write\` wrote this page and [bom.cdx.json](../bom.cdx.json), a bill of materials in CycloneDX 1.6;
CI fails when either is out of date. Both list what is installed with the published packages, required peers included, in
the versions of this repository's lockfile. Users get what their own lockfile says.

All packages here are under Apache-2.0. What they bring along may be under ${listOf(policy.licences)}; another licence fails the check
until somebody allows it in \`tooling/install-matrix/policy.json\`.

The column at the right names the packages that depend on it themselves; who depends on those gets it too.
${without.length === 0 ? '' : `\nNothing of others comes with ${listOf(without.map((name) => `\`${name}\``))}.\n`}
${markdownTable([['package', 'version', 'licence', 'brought by'], ...rows])}

${statements.join('\n')}

## Install scripts

None of them needs its install script, and nothing of this repository runs one (\`pnpm install-matrix\` installs every
package without). One that has a script must be listed with its reason:

${scripts.join('\n')}

pnpm 11 and later end with \`ERR_PNPM_IGNORED_BUILDS\` until you have decided what may run. In \`pnpm-workspace.yaml\`, beside your
package.json:

\`\`\`yaml
allowBuilds:
${Object.keys(policy.installScripts)
  .map((name) => `  ${name}: false`)
  .join('\n')}
\`\`\`

Newer versions of npm warn, and install all the same: \`npm install-scripts deny ${Object.keys(policy.installScripts).join(' ')}\` ends that. What
\`npm create headwater\` writes has the answer already.

## Known holes

\`pnpm check:supply-chain\` asks the registry that npm is configured to use for known holes of these versions, and fails on
high and critical ones. Where that registry has no such service, it says \`SKIPPED\` and why. What holds without a
registry: every tarball has a SHA-512 in the lockfile.
`
}

/** Whether a package of ours gets something through another one of ours. */
function needsOne(tree: DependencyTree, name: string, broughtBy: readonly string[]): boolean {
  const open = [...(tree.packages.get(name) ?? [])]
  const seen = new Set<string>()
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    if (broughtBy.includes(next)) return true
    open.push(...(tree.packages.get(next) ?? []))
  }
  return false
}

const listOf = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`

function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  const [head = [], ...body] = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)))
  return [head, head.map((text) => '-'.repeat(text.length)), ...body]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}
