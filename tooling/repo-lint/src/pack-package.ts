import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PackageView } from './repo-view.ts'
import { runTool } from './run-tool.ts'

/** What a user must find beside the code. */
const companions = ['package/LICENSE', 'package/README.md', 'package/package.json']

/**
 * Packs one built package as it would be published, into a new folder below `into`, and gives the tarball's path.
 *
 * @throws Error when it is not built, when packing failed, when licence or README are missing inside, or when there is
 * code whose source is gone: the compiler takes nothing away.
 */
export async function packPackage(one: PackageView, root: string, into: string): Promise<string> {
  const cwd = join(root, one.folder)
  if (!existsSync(join(cwd, 'dist/index.js')))
    throw new Error(`${one.folder} has no dist: run pnpm build first`)
  const folder = mkdtempSync(join(into, `${one.room}-`))
  const packed = await runTool(['pnpm', 'pack', '--pack-destination', folder], root, cwd)
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz'))
  if (packed.exitCode !== 0 || name === undefined) throw new Error(`pnpm pack failed: ${packed.output}`)
  const listed = await runTool(['tar', '-tzf', join(folder, name)], root)
  const inside = new Set(listed.output.split('\n'))
  const missing = companions.filter((each) => !inside.has(each))
  if (missing.length > 0) throw new Error(`the tarball of ${one.folder} lacks ${missing.join(', ')}`)
  const leftOver = [...inside].filter((each) => isBuilt(each) && !existsSync(sourceOf(each, cwd)))
  if (leftOver.length > 0)
    throw new Error(`remove ${one.folder}/dist and build again: it has ${leftOver[0]} from an earlier build`)
  return join(folder, name)
}

const isBuilt = (path: string): boolean => /^package\/dist\/.*[^/]$/.test(path)

function sourceOf(path: string, cwd: string): string {
  return join(cwd, path.replace('package/dist/', 'src/').replace(/(?:\.d)?\.[jt]s$/, '.ts'))
}
