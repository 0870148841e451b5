/**
 * `pnpm check:installed [path to a node binary]`: installs the packed packages into an empty folder, as a user would, and
 * loads them there. Needs `pnpm build` first.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadRepo } from './load-repo.ts'
import { packPackage } from './pack-package.ts'
import { runTool } from './run-tool.ts'

const root = join(import.meta.dirname, '../../..')
const node = process.argv.slice(2).find((each) => each !== '--') ?? process.execPath
const published = loadRepo(root).packages.filter((each) => each.published)
const folder = mkdtempSync(join(tmpdir(), 'check-installed-'))

try {
  const dependencies: Record<string, string> = {}
  for (const one of published) {
    dependencies[one.manifest.name ?? ''] = `file:${await packPackage(one, root, folder)}`
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  copyFileSync(join(import.meta.dirname, 'installed-smoke.mjs'), join(folder, 'smoke.mjs'))
  const installed = await runTool(
    ['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts'],
    root,
    folder,
  )
  if (installed.exitCode !== 0) throw new Error(`npm install failed: ${installed.output}`)
  const smoke = await runTool([node, 'smoke.mjs', ...Object.keys(dependencies)], root, folder)
  console.log(smoke.output.trim())
  if (smoke.exitCode !== 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
