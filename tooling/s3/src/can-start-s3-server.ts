import { findJava, runToEnd, isDownloaded } from '@headwater/kafka'
import { s3JarFolder } from './s3-files.ts'

/**
 * Whether a test can start a real server that speaks S3; prints why not.
 *
 * @throws Error when it cannot although `HEADWATER_REQUIRE_KAFKA=1`.
 */
export async function canStartS3Server(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const reason = await findObstacle(env)
  if (reason === undefined) return true
  const line = `tests on a server that speaks S3 are skipped: ${reason}`
  if (env['HEADWATER_REQUIRE_KAFKA'] === '1') throw new Error(`HEADWATER_REQUIRE_KAFKA=1, but ${line}`)
  console.warn(line)
  return false
}

async function findObstacle(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const search = await findJava(env)
  if ('reason' in search) return search.reason
  if (await isDownloaded(s3JarFolder(env))) return undefined
  if ((await runToEnd('mvn', ['-version'], { env })).code === 0) return undefined
  return 'its jars are not here yet and there is no Maven (Debian: apt-get install maven)'
}
