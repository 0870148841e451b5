/** `pnpm --filter @headwater/tracing generate`: writes docs/traces/email.json and its drawing in docs/tracing.md. */
import { mkdir, writeFile } from 'node:fs/promises'
import { repositoryRoot, traceFiles } from './trace-files.ts'
import { traceEmail } from './trace-email.ts'

for (const [path, content] of Object.entries(await traceFiles(await traceEmail()))) {
  const file = new URL(path, repositoryRoot)
  await mkdir(new URL('./', file), { recursive: true })
  await writeFile(file, content)
  console.log(path)
}
