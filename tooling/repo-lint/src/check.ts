/**
 * `pnpm check`: format, lint, the rules of this house, this repository's own schemas, types, unused code, the public API
 * against its snapshot and against what was released. One line a check with its time, then every problem; exit code 1
 * when there is any.
 */
import { join } from 'node:path'
import { formatProblem } from './format-problem.ts'
import { loadRepo } from './load-repo.ts'
import { rules } from './rules.ts'
import { runTool } from './run-tool.ts'

const root = join(import.meta.dirname, '../../..')

/** Gives the problems as text; an empty text is a pass. */
type Check = () => Promise<string>

const tool =
  (...command: readonly string[]): Check =>
  async () => {
    const { exitCode, output } = await runTool(command, root)
    return exitCode === 0 ? '' : output.trim() || `${command.join(' ')} ended with ${exitCode}`
  }

const ownRules: Check = async () => {
  const repo = loadRepo(root)
  return Object.entries(rules)
    .flatMap(([name, rule]) => rule(repo).map((problem) => formatProblem(name, problem)))
    .join('\n')
}

const checks: Readonly<Record<string, Check>> = {
  format: tool('oxfmt', '--check', '.'),
  lint: tool('oxlint', '--type-aware', '--deny-warnings', '.'),
  rules: ownRules,
  schemas: tool('node', 'packages/cli/src/main.ts', 'schemas', 'check'),
  types: tool('turbo', 'run', 'check', '--concurrency=2', '--continue=always', '--output-logs=errors-only'),
  unused: tool('knip', '--no-progress', '--no-config-hints'),
  api: tool('node', 'tooling/api-check/src/main.ts'),
  upgrade: tool('node', 'tooling/upgrade/src/main.ts'),
}

const problems: string[] = []
for (const [name, check] of Object.entries(checks)) {
  const startedAt = performance.now()
  const found = await check()
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${found === '' ? 'ok  ' : 'FAIL'} ${name.padEnd(8)} ${seconds.padStart(5)} s`)
  if (found !== '') problems.push(`--- ${name}\n${found}`)
}
if (problems.length > 0) {
  console.error(`\n${problems.join('\n\n')}`)
  process.exitCode = 1
}
