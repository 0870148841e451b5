import { access, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { withFolderLock } from './folder-lock.ts'

/** Where something that tests download is, or will be: below `HEADWATER_KAFKA_CACHE`, or else below its own package. */
export function downloadFolder(
  packageFolder: string,
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const root = env['HEADWATER_KAFKA_CACHE']
    ? resolve(env['HEADWATER_KAFKA_CACHE'])
    : join(packageFolder, '.cache')
  return join(root, name)
}

/** Whether it need not be fetched any more. A folder gets its name when it is complete, not before. */
export function isDownloaded(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  )
}

/**
 * Has a folder filled unless it is there. Processes that ask at the same time wait for the first; nothing is left of a
 * download that failed.
 *
 * @param fill - fetches everything into a folder, which it makes; another path than `folder`, moved there afterwards
 */
export async function downloadOnce(folder: string, fill: (partial: string) => Promise<void>): Promise<void> {
  if (await isDownloaded(folder)) return
  await mkdir(dirname(folder), { recursive: true })
  await withFolderLock(`${folder}.lock`, async () => {
    if (await isDownloaded(folder)) return
    // A name of its own, so that even a broken lock cannot mix two downloads.
    const partial = `${folder}.${process.pid}.partial`
    try {
      await rm(partial, { recursive: true, force: true })
      await fill(partial)
      await rename(partial, folder).catch(async (error: unknown) => {
        if (!(await isDownloaded(folder))) throw error
      })
    } finally {
      await rm(partial, { recursive: true, force: true })
    }
  })
}
