import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findFreePorts, findJava, startServerProcess, type ServerProcess } from '@headwater/kafka'
import { fetchS3Jars } from './s3-files.ts'
import { createS3ServerError } from './s3-server-error.ts'

/** A running server that speaks S3, with one bucket. */
export interface S3Server extends ServerProcess {
  /** Base URL for clients. */
  readonly endpoint: string
  readonly bucket: string
  /** Requests that are not signed with these are refused. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Where the server keeps the objects of its bucket, as files. */
  readonly bucketFolder: string
}

const bucket = 'claims'
const credentials = { accessKeyId: 'headwater-test', secretAccessKey: 'not-a-secret-but-long-enough' }
const startTimeoutMs = 60_000

/**
 * Starts S3Proxy on a free port of 127.0.0.1, over a folder of its own. Fetches it the first time.
 *
 * @throws HeadwaterError `S3_UNAVAILABLE` or `S3_START_FAILED`
 */
export async function startS3Server(): Promise<S3Server> {
  const search = await findJava()
  if ('reason' in search) throw createS3ServerError('S3_UNAVAILABLE', search.reason)
  const jars = await fetchS3Jars()
  const [port] = await findFreePorts(1)
  const endpoint = `http://127.0.0.1:${port}`
  let bucketFolder = ''
  const server = await startServerProcess({
    folderPrefix: 'headwater-s3-',
    command: async (folder) => {
      bucketFolder = join(folder, 'data', bucket)
      await mkdir(bucketFolder, { recursive: true })
      const properties = join(folder, 's3proxy.properties')
      await writeFile(properties, propertiesOf(endpoint, join(folder, 'data')))
      const quick = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
      return [
        search.java,
        ...quick,
        `-Djava.io.tmpdir=${folder}`,
        '-cp',
        join(jars, '*'),
        'org.gaul.s3proxy.Main',
        '--properties',
        properties,
      ]
    },
    isReady: async () => {
      const response = await fetch(endpoint, { signal: AbortSignal.timeout(5_000) })
      await response.arrayBuffer()
      // Nobody may look without a signature: it is up, and it checks.
      return response.status === 403
    },
    startTimeoutMs,
    toError: (why, log) => {
      const what = why === 'ended' ? 'ended while it started' : `did not answer in ${startTimeoutMs} ms`
      return createS3ServerError('S3_START_FAILED', `S3Proxy ${what}. The end of its log:\n${log}`)
    },
  })
  return { ...server, endpoint, bucket, credentials, bucketFolder }
}

function propertiesOf(endpoint: string, folder: string): string {
  return Object.entries({
    's3proxy.endpoint': endpoint,
    's3proxy.authorization': 'aws-v4',
    's3proxy.identity': credentials.accessKeyId,
    's3proxy.credential': credentials.secretAccessKey,
    'jclouds.provider': 'filesystem-nio2',
    'jclouds.identity': 'unused',
    'jclouds.credential': 'unused',
    'jclouds.filesystem.basedir': folder,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')
}
