/**
 * `pnpm check:packages`: packs every published package as it would be published and holds the tarballs to publint and
 * to "are the types wrong". Needs `pnpm build` first.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadRepo } from './load-repo.ts'
import { packPackage } from './pack-package.ts'
import { runTool } from './run-tool.ts'

const root = join(import.meta.dirname, '../../..')
const published = loadRepo(root).packages.filter((each) => each.published)
const tarballs = mkdtempSync(join(tmpdir(), 'check-packages-'))
const problems: string[] = []

try {
  for (const one of published) {
    const startedAt = performance.now()
    const found: string[] = []
    try {
      const tarball = await packPackage(one, root, tarballs)
      for (const command of [
        ['publint', 'run', '--strict', tarball],
        ['attw', tarball, '--profile', 'esm-only', '--no-color'],
      ]) {
        const { exitCode, output } = await runTool(command, root)
        if (exitCode !== 0) found.push(`${command[0]}\n${output.trim()}`)
      }
    } catch (error) {
      found.push(error instanceof Error ? error.message : String(error))
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(`${found.length === 0 ? 'ok  ' : 'FAIL'} ${one.folder.padEnd(20)} ${seconds.padStart(5)} s`)
    problems.push(...found.map((each) => `--- ${one.folder}: ${each}`))
  }
} finally {
  rmSync(tarballs, { recursive: true, force: true })
}
if (problems.length > 0) {
  console.error(`\n${problems.join('\n\n')}`)
  process.exitCode = 1
}
