import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { HeadwaterError } from '@headwater/base'

/** Who holds a folder. */
interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process began, as the system counts; tells a process from a later one with the same number. */
  readonly began: string | undefined
  readonly token: string
}

/** Tokens of the locks that this process holds: in a container, process numbers repeat with every start. */
const ours = new Set<string>()

/**
 * Takes a folder for this process, and for one producer in it. The lock of a process that is dead is taken over; one of
 * another computer cannot be judged, and stands.
 *
 * @returns what gives it back.
 * @throws HeadwaterError `SPOOL_LOCKED`, naming the holder.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock')
  const me: Holder = {
    pid: process.pid,
    host: hostname(),
    began: beginningOf(process.pid),
    token: randomUUID(),
  }
  const text = JSON.stringify(me)
  // Two turns more than one: a holder may go, and another may come, between two looks.
  for (let turn = 0; turn < 3; turn++) {
    if (tryCreate(path, text)) {
      ours.add(me.token)
      return () => {
        ours.delete(me.token)
        if (readOrUndefined(path) === text) rmSync(path, { force: true })
      }
    }
    const found = readOrUndefined(path)
    if (found === undefined) continue
    const holder = parseHolder(found)
    if (holder !== undefined && isAlive(holder)) throw locked(folder, holder, path)
    takeAway(path, found)
  }
  throw locked(folder, parseHolder(readOrUndefined(path) ?? ''), path)
}

/** Written whole before it gets its name, so that nobody ever reads half a lock. */
function tryCreate(path: string, text: string): boolean {
  const draft = `${path}.${randomUUID()}`
  writeFileSync(draft, text, { flag: 'wx' })
  try {
    linkSync(draft, path)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw thrown
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Removes a dead lock, and only that: by a name of its own, under which nobody else can replace it. */
function takeAway(path: string, expected: string): void {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return
    throw thrown
  }
  try {
    // Another was quicker and this is its lock: it gets it back.
    if (readOrUndefined(aside) !== expected) linkSync(aside, path)
  } finally {
    rmSync(aside, { force: true })
  }
}

function isAlive({ pid, host, began, token }: Holder): boolean {
  if (host !== hostname()) return true
  if (pid === process.pid) return ours.has(token)
  try {
    process.kill(pid, 0)
  } catch (thrown) {
    // EPERM: it lives, and is somebody else's.
    if ((thrown as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = beginningOf(pid)
  return began === undefined || now === undefined || began === now
}

/** The 22nd field of Linux's `/proc/<pid>/stat` (proc_pid_stat(5)), with the boot that it counts from; elsewhere unknown. */
function beginningOf(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`)
  const boot = readOrUndefined('/proc/sys/kernel/random/boot_id')
  // The second field is the program's name in brackets, which may hold anything.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A process that was killed and whose parent has not asked for it yet is none.
  const ticks = fields?.[0] === 'Z' ? 'ended' : fields?.[19]
  return ticks === undefined || boot === undefined ? undefined : `${boot.trim()}/${ticks}`
}

function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null
    return typeof holder?.pid === 'number' && typeof holder.host === 'string' ? (holder as Holder) : undefined
  } catch {
    // No lock of ours: nobody writes half of one.
    return undefined
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function locked(folder: string, holder: Holder | undefined, path: string): HeadwaterError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`
  const message = `the spool ${folder} is in use by ${who}; give each producer a folder of its own, or remove ${path} if that process is gone for good`
  return new HeadwaterError('SPOOL_LOCKED', message)
}
