import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isHeadwaterError } from '@headwater/base'
import { ChildGuard, findFreePorts } from '@headwater/kafka'
import { fetchRegistryFiles, type RegistryFiles } from './registry-files.ts'
import { createRegistryServerError, type RegistryServerErrorCode } from './registry-server-error.ts'

/** How {@link startRealRegistry} waits. */
export interface RealRegistryOptions {
  /** From the start of the process to its first answer. @defaultValue 60000 */
  readonly startTimeoutMs?: number | undefined
}

/** A running registry. It ends with `close()` and with this process, whichever comes first. */
export interface RealRegistry extends AsyncDisposable {
  /** Base URL for clients, with the path under which it speaks as a Confluent registry does. */
  readonly url: string
  /** The process. */
  readonly pid: number
  /** Kills the process and deletes what it left. A second call is the same promise. */
  close(): Promise<void>
}

/** Ports are chosen before they are used, so somebody may come in between; three times in a row nobody does. */
const attempts = 3
const pollMs = 50

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

async function startOnce(files: RegistryFiles, startTimeoutMs: number): Promise<RealRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-registry-'))
  const guard = new ChildGuard(folder)
  const logFile = join(folder, 'output.log')
  const [port, managementPort] = await findFreePorts(2)
  const child = await launch(files, logFile, port!, managementPort!)
  guard.watch(child)
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= end(child).then(() => guard.close()))
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`
  try {
    await untilReady(child, url, logFile, startTimeoutMs)
  } catch (error) {
    await close()
    throw error
  }
  return { url, pid: child.pid!, close, [Symbol.asyncDispose]: close }
}

async function launch(
  { java, appFolder }: RegistryFiles,
  logFile: string,
  port: number,
  managementPort: number,
): Promise<ChildProcess> {
  const output = await open(logFile, 'a')
  const properties = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': port,
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': managementPort,
  }
  const child = spawn(
    java,
    [
      '-Xmx160m',
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
      '-jar',
      'quarkus-run.jar',
    ],
    {
      cwd: appFolder,
      stdio: ['ignore', output.fd, output.fd],
      // Away from the terminal's process group: Ctrl-C is for the program, whose guard ends this process.
      detached: true,
    },
  )
  // A process that could not start counts as one that ended: untilReady() sees that it has no pid.
  child.on('error', () => undefined)
  await output.close()
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

async function untilReady(
  child: ChildProcess,
  url: string,
  logFile: string,
  startTimeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  while (!(await takesLevel(url))) {
    if (child.pid === undefined || hasEnded(child)) {
      throw await startError('REGISTRY_START_FAILED', 'ended while it started', logFile)
    }
    if (Date.now() > deadline) {
      throw await startError('REGISTRY_START_TIMEOUT', `did not answer in ${startTimeoutMs} ms`, logFile)
    }
    await delay(pollMs)
  }
}

async function takesLevel(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/config`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"compatibility":"BACKWARD"}',
      signal: AbortSignal.timeout(10_000),
    })
    await response.arrayBuffer()
    return response.ok
  } catch {
    // Nobody listens yet, or what listens is not ready: the caller asks again until its deadline.
    return false
  }
}

async function startError(code: RegistryServerErrorCode, what: string, logFile: string): Promise<Error> {
  const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-25)
  return createRegistryServerError(
    code,
    `The schema registry ${what}. The end of its log:\n${lines.join('\n')}`,
  )
}
