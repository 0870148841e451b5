import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { alertRules } from './alert-rules.ts'
import { alertTests } from './alert-tests.ts'
import { dashboardDefinitions } from './dashboard-definitions.ts'
import { toGrafana } from './grafana.ts'
import { metricsDocument } from './metrics-document.ts'

/** The folder that paths of generated files start at. */
export const repositoryRoot: string = resolve(import.meta.dirname, '../../..')

const contents: Readonly<Record<string, () => string>> = {
  'docs/metrics.md': metricsDocument,
  'observability/alerts.yml': alertRules,
  'observability/alerts_test.yml': alertTests,
  ...Object.fromEntries(
    dashboardDefinitions.map((each) => [
      `observability/grafana/${each.name}.json`,
      () => JSON.stringify(toGrafana(each), undefined, 2),
    ]),
  ),
}

/** Every file that this package writes, by its path in the repository, in the format that `pnpm check` wants. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const made = Object.entries(contents).map(
    async ([path, make]) => [path, await format(path, make())] as const,
  )
  return new Map(await Promise.all(made))
}

async function format(path: string, content: string): Promise<string> {
  const oxfmt = spawn(join(repositoryRoot, 'node_modules/.bin/oxfmt'), [`--stdin-filepath=${path}`], {
    cwd: repositoryRoot,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  oxfmt.stdin.end(content)
  return await text(oxfmt.stdout)
}
