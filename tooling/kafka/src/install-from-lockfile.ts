import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withFolderLock } from './folder-lock.ts'
import { runToEnd } from './run-to-end.ts'

/**
 * `npm ci` in a folder that stands outside of the workspace, unless this very lockfile is installed there; it empties
 * `node_modules`. Two callers at once wait for each other.
 *
 * @param onInstall - called when it really installs, which takes a while
 * @throws Error when npm fails
 */
export async function installFromLockfile(folder: string, onInstall?: () => void): Promise<void> {
  const cache = join(folder, '.cache')
  const stampPath = join(folder, 'node_modules', '.installed-from')
  await mkdir(cache, { recursive: true })
  await withFolderLock(join(cache, 'npm-ci.lock'), async () => {
    const lockfile = await readFile(join(folder, 'package-lock.json'))
    const stamp = createHash('sha256').update(lockfile).digest('hex')
    if (existsSync(stampPath) && (await readFile(stampPath, 'utf8')) === stamp) return
    onInstall?.()
    const { code, output } = await runToEnd('npm', ['ci'], { cwd: folder })
    if (code !== 0) throw new Error(`npm ci in ${folder} ended with ${code}: ${output.trim()}`)
    await writeFile(stampPath, stamp)
  })
}
