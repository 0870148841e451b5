/**
 * `pnpm check:packages`: packs every published package as it would be published and holds the tarballs to publint and
 * to "are the types wrong". Needs `pnpm build` first.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadRepo } from './load-repo.ts'
import { runTool } from './run-tool.ts'

const root = join(import.meta.dirname, '../../..')
const published = loadRepo(root).packages.filter((each) => each.published)
const tarballs = mkdtempSync(join(tmpdir(), 'check-packages-'))
const problems: string[] = []

/** Runs one tool; its output becomes a problem when it fails. */
const hold = async (name: string, command: readonly string[], cwd: string = root): Promise<void> => {
  const { exitCode, output } = await runTool(command, root, cwd)
  if (exitCode !== 0) problems.push(`--- ${name}: ${command.slice(0, 2).join(' ')}\n${output.trim()}`)
}

try {
  for (const { folder, manifest } of published) {
    const startedAt = performance.now()
    const problemsBefore = problems.length
    const name = manifest.name ?? folder
    if (!existsSync(join(root, folder, 'dist/index.js'))) {
      problems.push(`--- ${name}: has no dist/index.js: run pnpm build first`)
    } else {
      const into = mkdtempSync(join(tarballs, 'one-'))
      await hold(name, ['pnpm', 'pack', '--pack-destination', into], join(root, folder))
      const tarball = readdirSync(into).find((file) => file.endsWith('.tgz'))
      if (tarball !== undefined) {
        await hold(name, ['publint', 'run', '--strict', join(into, tarball)])
        await hold(name, ['attw', join(into, tarball), '--profile', 'esm-only', '--no-color'])
      }
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(`${problems.length === problemsBefore ? 'ok  ' : 'FAIL'} ${name.padEnd(24)} ${seconds.padStart(5)} s`)
  }
} finally {
  rmSync(tarballs, { recursive: true, force: true })
}
if (problems.length > 0) {
  console.error(`\n${problems.join('\n\n')}`)
  process.exitCode = 1
}
