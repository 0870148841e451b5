/**
 * `pnpm --filter @headwater/observability generate`: writes alert rules with their tests, dashboards and
 * docs/metrics.md.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generatedFiles, repositoryRoot } from './generated-files.ts'

for (const [path, content] of await generatedFiles()) {
  const file = join(repositoryRoot, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
  console.log(path)
}
