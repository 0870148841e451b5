import type { Figures } from './budgets/check-budgets.ts'
import { peerVersion } from './install-peers.ts'
import { dimensions, leftOut, type Cell } from './matrix/dimensions.ts'
import { managerTable } from './matrix/manager-table.ts'
import type { MatrixRun } from './matrix/run-matrix.ts'

/** Rows of text, the first of which is the head. */
export function figureRows(figures: ReadonlyMap<string, Figures>): readonly (readonly string[])[] {
  const rows = [...figures].map(([name, each]) => [
    name,
    `${(each.tarballBytes / 1000).toFixed(0)} kB`,
    `${(each.installedBytes / 1e6).toFixed(2)} MB`,
    String(each.dependencies.length),
    String(each.importedFiles),
    `${each.importMs.toFixed(0)} ms`,
  ])
  return align([['package', 'tarball', 'installed', 'packages below it', 'files read', 'import'], ...rows])
}

/** docs/support.md, from what a full run did. */
export function supportDocument(run: MatrixRun, figures: ReadonlyMap<string, Figures>): string {
  const { results, nodes } = run
  const nodeVersion = (major: string): string => nodes.get(major)?.version ?? major
  const managerVersion = (name: keyof typeof managerTable): string =>
    `${name.replace(/-\d+$/, '')} ${peerVersion(managerTable[name].peer)}`
  const typescriptVersion = (major: string): string => peerVersion(`typescript-${major}`)
  const cells = results
    .toSorted((a, b) => sortKey(a.cell).localeCompare(sortKey(b.cell)))
    .map(({ cell, ranExample }) => [
      `\`${cell.package}\``,
      managerVersion(cell.manager),
      nodeVersion(cell.node),
      `\`${cell.kind}\``,
      typescriptVersion(cell.typescript),
      `\`${cell.resolution}\``,
      ranExample ? 'ran' : 'has none',
    ])
  const head = [
    'package',
    'installed with',
    'Node',
    'loaded by',
    'TypeScript',
    'resolution',
    'README example',
  ]
  return `# What is supported, and how that is known

\`pnpm build && pnpm install-matrix --full\` wrote this page; CI plays a short form of it on every change, each package once.

The packages support Node 22.15 and later. They are ES modules; CommonJS programs load them with \`require\`, which Node
22.15 and later do without a flag.

## What was run

Every package was packed, published to a registry server (Verdaccio ${peerVersion('verdaccio')}) on the same computer, and
installed from there alone into an empty folder. In each of these ${results.length} folders:

- the package was loaded, by \`import\` or by \`require\`, and its commands were started;
- a program that uses it was compiled, \`strict\` and with \`skipLibCheck: false\`, so that the declarations of the package
  and of all that it brings were checked too, without the DOM's;
- what the first example of its README imports was added, and the example was compiled and run.

The rows hold each pair of two choices at least once, not each combination of all of them.

| choice | values |
| --- | --- |
| package manager | ${dimensions.manager.map(managerVersion).join(', ')} |
| Node | ${[...nodes.values()].map(({ version }) => version).join(', ')} |
| loaded by | \`import\` in an ES module, \`require\` in CommonJS |
| TypeScript | ${dimensions.typescript.map(typescriptVersion).join(', ')} |
| \`moduleResolution\` | ${dimensions.resolution.map((each) => `\`${each}\``).join(', ')} |

${markdownTable([head, ...cells])}

## What was left out

${leftOut.map((each) => `- ${each}`).join('\n')}

${figureSection(run, figures)}`
}

const sortKey = (cell: Cell): string => Object.values(cell).join(' ')

const figureTitle = '## What a package weighs'

/** docs/support.md as it was, with new figures: they change more often than the rest. */
export function replaceFigures(
  before: string,
  run: MatrixRun,
  figures: ReadonlyMap<string, Figures>,
): string {
  return before.slice(0, before.indexOf(figureTitle)) + figureSection(run, figures)
}

function figureSection(run: MatrixRun, figures: ReadonlyMap<string, Figures>): string {
  return `${figureTitle}

\`pnpm build && pnpm install-matrix --write\` measured this. "Installed" is everything that comes with the package, itself
included; "files read" and "import" are what a first \`import\` of it costs a process on Node ${run.nodes.get('26')?.version}: files, and
processor milliseconds of its main thread beyond those that Node takes to start (the median of several). How much of each is allowed stands
in \`tooling/install-matrix/budgets.json\`.

${markdownTable(figureRows(figures).map((row) => row.map((text) => text.trim())))}
`
}

function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = align(rows)
  return [head, head.map((text) => '-'.repeat(text.length)), ...body]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}

function align(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)))
}
