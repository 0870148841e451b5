import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 100
/** How long a lock may stand without a pid in it: the time between `mkdir` and the write, with much to spare. */
const namelessMs = 10_000

/**
 * Runs `work` while no other process runs it under the same path. A folder is the lock, since `mkdir` is atomic on
 * every file system; the pid in it tells a lock that lives from one whose owner died.
 *
 * Two processes that find the same dead lock at the same moment may, very rarely, both get in: so `work` must stay
 * correct, if wasteful, when it runs twice.
 */
export async function withFolderLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await tryLock(path))) {
    if (await isAbandoned(path)) await rm(path, { recursive: true, force: true })
    else await delay(pollMs)
  }
  try {
    return await work()
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await mkdir(path)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
  await writeFile(join(path, 'pid'), String(process.pid))
  return true
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(join(path, 'pid'), 'utf8'))
    if (pid > 0) return !isAlive(pid)
    return Date.now() - (await stat(path)).mtimeMs > namelessMs
  } catch (error) {
    // Without its pid file the lock is brand-new, or half removed, or its owner died between two system calls.
    if (!hasCode(error, 'ENOENT')) throw error
    const since = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    )
    return Date.now() - since > namelessMs
  }
}

/** Whether a process exists; signal 0 only asks. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it exists, and is somebody else's.
    return hasCode(error, 'EPERM')
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
