import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ChildGuard } from './child-guard.ts'

/** What to start, and how it is known to be ready. */
export interface ServerProcessOptions {
  /** Begins the name of its temporary folder: `headwater-registry-`. */
  readonly folderPrefix: string
  /** The command line, given the folder, which exists and is the server's own. */
  readonly command: (folder: string) => Promise<readonly [string, ...string[]]>
  readonly cwd?: string | undefined
  /** Whether it does its work yet. Asked again and again; a failure counts as "not yet". */
  readonly isReady: () => Promise<boolean>
  /** Milliseconds from the start of the process until it is ready. */
  readonly startTimeoutMs: number
  /** Makes the error for a server that did not come up; `log` is the end of its output. */
  readonly toError: (why: 'ended' | 'late', log: string) => Error
}

/** A running server. It ends with `close()` and with this process, whichever comes first. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number
  /** Kills the process and deletes its folder. A second call is the same promise. */
  close(): Promise<void>
}

const pollMs = 50
const logLines = 25

/** Starts a server that tests need, and resolves when it is ready. Nothing is left of one that does not come up. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), options.folderPrefix))
  const guard = new ChildGuard(folder)
  const logFile = join(folder, 'output.log')
  const child = await launch(await options.command(folder), options.cwd, logFile)
  guard.watch(child)
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= end(child).then(() => guard.close()))
  const why = await untilReady(child, options)
  if (why !== undefined) {
    const log = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-logLines).join('\n')
    await close()
    throw options.toError(why, log)
  }
  return { pid: child.pid!, close, [Symbol.asyncDispose]: close }
}

async function launch(
  [command, ...args]: readonly [string, ...string[]],
  cwd: string | undefined,
  logFile: string,
): Promise<ChildProcess> {
  const output = await open(logFile, 'a')
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', output.fd, output.fd],
    // Away from the terminal's process group: Ctrl-C is for the program, whose guard ends this process.
    detached: true,
  })
  // A process that could not start counts as one that ended: untilReady() sees that it has no pid.
  child.on('error', () => undefined)
  await output.close()
  return child
}

async function untilReady(
  child: ChildProcess,
  { isReady, startTimeoutMs }: ServerProcessOptions,
): Promise<'ended' | 'late' | undefined> {
  const deadline = Date.now() + startTimeoutMs
  // Nobody listens yet, or what listens is not ready.
  while (!(await isReady().catch(() => false))) {
    if (child.pid === undefined || hasEnded(child)) return 'ended'
    if (Date.now() > deadline) return 'late'
    await delay(pollMs)
  }
  return undefined
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null
