import { join, resolve } from 'node:path'
import { downloadFolder, downloadOnce, runToEnd } from '@headwater/kafka'
import { createS3ServerError } from './s3-server-error.ts'

/** The S3Proxy that tests run against; pom.xml says the same. */
const s3ProxyVersion = '2.6.0'

const packageFolder = resolve(import.meta.dirname, '..')

/** Where the jars are, or will be. */
export function s3JarFolder(env: NodeJS.ProcessEnv = process.env): string {
  return downloadFolder(packageFolder, `s3proxy-${s3ProxyVersion}`, env)
}

/**
 * Fetches the jars by Maven (43 MB) if they are not there yet. Processes that ask at the same time wait for the first.
 *
 * @throws HeadwaterError `S3_UNAVAILABLE`
 */
export async function fetchS3Jars(folder: string = s3JarFolder()): Promise<string> {
  await downloadOnce(folder, runMaven)
  return folder
}

async function runMaven(libFolder: string): Promise<void> {
  const args = ['-B', '-q', '--strict-checksums', '-f', join(packageFolder, 'pom.xml')]
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${libFolder}`]
  const { code, output } = await runToEnd('mvn', [...args, ...goal])
  if (code === 0) return
  const said = output.slice(-2000)
  throw createS3ServerError('S3_UNAVAILABLE', `Maven could not fetch S3Proxy (${code}). It said:\n${said}`)
}
