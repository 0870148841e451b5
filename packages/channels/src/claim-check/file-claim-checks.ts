import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { toError } from '@headwater/base'
import { sha256Hex } from '../sha256-hex.ts'
import type { ClaimCheckRef, ClaimCheckStore } from './claim-check-store.ts'
import { assertDigest, claimReference, digestOf, notKept } from './claim-reference.ts'
import { syncFile } from './sync-file.ts'

/**
 * A claim-check store in a folder, which writers and readers share. Files are named after their content, so putting
 * the same bytes twice costs nothing. A crash leaves whole files, or strays in `.incoming` that may be deleted.
 *
 * @param folder - made when it does not exist.
 */
export function fileClaimChecks(folder: string): ClaimCheckStore {
  const root = resolve(folder)
  const pathOf = (sha256: string): string => join(root, sha256.slice(0, 2), sha256)
  return {
    async put(bytes): Promise<ClaimCheckRef> {
      const sha256 = sha256Hex(bytes)
      const path = pathOf(sha256)
      await makeFolder(dirname(path))
      if (await holds(path, bytes.byteLength)) {
        // Whoever wrote it may not have got round to this.
        await syncFolder(dirname(path))
      } else {
        await writeWhole(join(root, '.incoming'), path, bytes)
      }
      return { uri: claimReference(sha256), sha256, size: bytes.byteLength }
    },
    async get(uri): Promise<Uint8Array> {
      const sha256 = digestOf(uri)
      const bytes = await readFile(pathOf(sha256)).catch((thrown: unknown) => {
        throw codeOf(thrown) === 'ENOENT' ? notKept(uri, thrown) : thrown
      })
      assertDigest(uri, sha256, bytes)
      return bytes
    },
  }
}

function codeOf(thrown: unknown): string | undefined {
  return (toError(thrown) as NodeJS.ErrnoException).code
}

async function holds(path: string, size: number): Promise<boolean> {
  try {
    return (await stat(path)).size === size
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return false
    throw thrown
  }
}

async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true })
  // A folder is an entry of its parent, and as lost as a file when that entry is.
  if (first !== undefined) await syncFolder(dirname(first))
}

/** Written beside, synced, then renamed: a reader sees the whole file or none. */
async function writeWhole(incoming: string, path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(incoming, { recursive: true })
  const stray = join(incoming, randomUUID())
  try {
    const file = await open(stray, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await syncFile(file)
    } finally {
      await file.close()
    }
    await rename(stray, path)
  } catch (thrown) {
    await rm(stray, { force: true })
    throw thrown
  }
  await syncFolder(dirname(path))
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; its file systems log renames themselves.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await syncFile(handle)
  } finally {
    await handle.close()
  }
}
