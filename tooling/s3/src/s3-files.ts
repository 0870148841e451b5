import { access, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { runToEnd, withFolderLock } from '@headwater/kafka'
import { createS3ServerError } from './s3-server-error.ts'

/** The S3Proxy that tests run against; pom.xml says the same. */
const s3ProxyVersion = '2.6.0'

const packageFolder = resolve(import.meta.dirname, '..')

/** Where the jars are, or will be: below `HEADWATER_KAFKA_CACHE`, or else below this package. */
export function s3JarFolder(env: NodeJS.ProcessEnv = process.env): string {
  const root = env['HEADWATER_KAFKA_CACHE']
    ? resolve(env['HEADWATER_KAFKA_CACHE'])
    : join(packageFolder, '.cache')
  return join(root, `s3proxy-${s3ProxyVersion}`)
}

/** Whether nothing need be fetched any more. The folder gets its name when it is complete, not before. */
export function hasS3Jars(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  )
}

/**
 * Fetches the jars by Maven (43 MB) if they are not there yet. Processes that ask at the same time wait for the first.
 *
 * @throws HeadwaterError `S3_UNAVAILABLE`
 */
export async function fetchS3Jars(folder: string = s3JarFolder()): Promise<string> {
  if (await hasS3Jars(folder)) return folder
  await mkdir(dirname(folder), { recursive: true })
  await withFolderLock(`${folder}.lock`, async () => {
    if (!(await hasS3Jars(folder))) await fillFolder(folder)
  })
  return folder
}

async function fillFolder(folder: string): Promise<void> {
  // A name of its own, so that even a broken lock cannot mix two downloads.
  const partial = `${folder}.${process.pid}.partial`
  const args = ['-B', '-q', '--strict-checksums', '-f', join(packageFolder, 'pom.xml')]
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${partial}`]
  try {
    const { code, output } = await runToEnd('mvn', [...args, ...goal])
    if (code !== 0) {
      const said = output.slice(-2000)
      throw createS3ServerError(
        'S3_UNAVAILABLE',
        `Maven could not fetch S3Proxy (${code}). It said:\n${said}`,
      )
    }
    await rename(partial, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}
