/**
 * @confluentinc/schemaregistry, in exactly the version of this folder's package.json. It stays outside the workspace,
 * with a lockfile of its own: with the clients of three clouds' key stores it has 290 packages, and only those who
 * measure need it. `pnpm bench schemas` calls {@link installPeers}; `node install-peers.ts` does the same by hand.
 *
 * No install script of any package runs (.npmrc).
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runToEnd, withFolderLock } from '@headwater/kafka'

const folder = import.meta.dirname
const stampPath = join(folder, 'node_modules', '.installed-from')

/** `npm ci`, unless this very lockfile is installed. Two callers at once wait for each other. Throws when npm fails. */
export async function installPeers(): Promise<void> {
  const cache = join(folder, '.cache')
  await mkdir(cache, { recursive: true })
  await withFolderLock(join(cache, 'installing.lock'), async () => {
    const lockfile = await readFile(join(folder, 'package-lock.json'))
    const stamp = createHash('sha256').update(lockfile).digest('hex')
    if (existsSync(stampPath) && (await readFile(stampPath, 'utf8')) === stamp) return
    console.error('installing @confluentinc/schemaregistry (npm ci)')
    const { code, output } = await runToEnd('npm', ['ci'], { cwd: folder })
    if (code !== 0) throw new Error(`npm ci in ${folder} ended with ${code}: ${output.trim()}`)
    await writeFile(stampPath, stamp)
  })
}

if (import.meta.main) await installPeers()
