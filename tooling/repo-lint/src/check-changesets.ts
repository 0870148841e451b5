/**
 * `pnpm check:changesets [ref]`: every changeset is a sentence to users, and a change of a public package since the branch
 * left `ref` carries one. In a pull request `ref` is its target.
 */
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { changesetProblems } from './read-changeset.ts'
import { loadRepo } from './load-repo.ts'
import { runTool } from './run-tool.ts'

const root = join(import.meta.dirname, '../../..')
const published = new Set(
  loadRepo(root)
    .packages.filter((each) => each.published)
    .map(({ manifest }) => manifest.name ?? ''),
)
const problems = globSync('.changeset/*.md', { cwd: root })
  .filter((path) => !path.endsWith('README.md'))
  .flatMap((path) =>
    changesetProblems(readFileSync(join(root, path), 'utf8'), published).map((each) => `${path} ${each}`),
  )

const target = process.env['GITHUB_BASE_REF'] ?? ''
const ref =
  process.argv.slice(2).find((each) => each !== '--') ?? (target === '' ? undefined : `origin/${target}`)
const base = ref === undefined ? undefined : mergeBase(ref)
if (ref === undefined) {
  console.log(
    'SKIPPED: not in a pull request, and no branch was named, so nobody looked for a changeset of this change.',
  )
} else if (base === undefined) {
  problems.push(`${ref} has no commit in common with HEAD here: fetch it, with its history (fetch-depth: 0)`)
} else {
  const { exitCode, output } = await runTool(['changeset', 'status', `--since=${base}`], root)
  if (exitCode !== 0)
    problems.push(
      `${output.trim()}\nWrite one with pnpm changeset; where users notice nothing, pnpm changeset --empty.`,
    )
}
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

function mergeBase(name: string): string | undefined {
  try {
    return execFileSync('git', ['merge-base', name, 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim()
  } catch {
    // git says by its exit code that there is none.
    return undefined
  }
}
