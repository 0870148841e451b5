/**
 * `pnpm release`: publishes every built package whose version is not published yet, dependencies first, with a
 * provenance statement (which needs `id-token: write` and a CI that npm knows). `--dry-run` packs and says what it would do.
 * An attempt that broke off goes on where it stopped when it is repeated.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadRepo } from './load-repo.ts'
import { packPackage } from './pack-package.ts'
import { publishOrder } from './publish-order.ts'
import { runTool } from './run-tool.ts'

const root = join(import.meta.dirname, '../../..')
const dryRun = process.argv.slice(2).includes('--dry-run')
const tarballs = mkdtempSync(join(tmpdir(), 'release-'))

try {
  for (const one of publishOrder(loadRepo(root).packages.filter((each) => each.published))) {
    const { name = '', version = '' } = one.manifest
    const tarball = await packPackage(one, root, tarballs)
    if (dryRun) {
      console.log(`would publish ${name}@${version}`)
      continue
    }
    const there = await runTool(['npm', 'view', `${name}@${version}`, 'version'], root)
    if (there.exitCode === 0 && there.output.trim() === version) {
      console.log(`${name}@${version} is published already`)
      continue
    }
    const { exitCode, output } = await runTool(
      ['npm', 'publish', tarball, '--provenance', '--access', 'public'],
      root,
    )
    console.log(output.trim())
    if (exitCode !== 0)
      throw new Error(`${name}@${version} was not published; repeat this once it is clear why`)
  }
} finally {
  rmSync(tarballs, { recursive: true, force: true })
}
