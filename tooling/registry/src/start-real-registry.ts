import { isHeadwaterError } from '@headwater/base'
import { findFreePorts, startServerProcess, type ServerProcess } from '@headwater/kafka'
import { fetchRegistryFiles, type RegistryFiles } from './registry-files.ts'
import { createRegistryServerError, type RegistryServerErrorCode } from './registry-server-error.ts'

/** How {@link startRealRegistry} waits. */
export interface RealRegistryOptions {
  /** From the start of the process to its first answer. @defaultValue 60000 */
  readonly startTimeoutMs?: number | undefined
}

/** A running registry. It ends with `close()` and with this process, whichever comes first. */
export interface RealRegistry extends ServerProcess {
  /** Base URL for clients, with the path under which it speaks as a Confluent registry does. */
  readonly url: string
}

/** Ports are chosen before they are used, so somebody may come in between; three times in a row nobody does. */
const attempts = 3

/**
 * Starts Apicurio Registry on free ports of 127.0.0.1, all in memory, and resolves when it answers and checks
 * compatibility as Confluent's does at its start: BACKWARD (its own default is NONE). Fetches it the first time.
 *
 * @throws HeadwaterError `REGISTRY_UNAVAILABLE` when it cannot be fetched; `REGISTRY_START_FAILED` or
 * `REGISTRY_START_TIMEOUT`, with the end of its log, when it does not come up.
 */
export async function startRealRegistry(options: RealRegistryOptions = {}): Promise<RealRegistry> {
  const files = await fetchRegistryFiles()
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(files, options.startTimeoutMs ?? 60_000)
    } catch (error) {
      if (attempt === attempts || !isPortTaken(error)) throw error
    }
  }
}

const isPortTaken = (error: unknown): boolean =>
  isHeadwaterError<RegistryServerErrorCode>(error, 'REGISTRY_START_FAILED') &&
  /already in use/i.test(error.message)

async function startOnce({ java, appFolder }: RegistryFiles, startTimeoutMs: number): Promise<RealRegistry> {
  const [port, managementPort] = await findFreePorts(2)
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`
  const properties = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': port,
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': managementPort,
  }
  const server = await startServerProcess({
    folderPrefix: 'headwater-registry-',
    command: async (folder) => [
      java,
      // Native libraries are unpacked there, and stay when the process is killed; the folder goes with the server.
      `-Djava.io.tmpdir=${folder}`,
      '-Xmx160m',
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
      '-jar',
      'quarkus-run.jar',
    ],
    cwd: appFolder,
    isReady: () => takesLevel(url),
    startTimeoutMs,
    toError: (why, log) =>
      why === 'ended'
        ? startError('REGISTRY_START_FAILED', 'ended while it started', log)
        : startError('REGISTRY_START_TIMEOUT', `did not answer in ${startTimeoutMs} ms`, log),
  })
  return { ...server, url }
}

async function takesLevel(url: string): Promise<boolean> {
  const response = await fetch(`${url}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"compatibility":"BACKWARD"}',
    signal: AbortSignal.timeout(10_000),
  })
  await response.arrayBuffer()
  return response.ok
}

function startError(code: RegistryServerErrorCode, what: string, log: string): Error {
  return createRegistryServerError(code, `The schema registry ${what}. The end of its log:\n${log}`)
}
