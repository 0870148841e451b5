import { fdatasync, fsync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'

// By the descriptor: the file handles of yarn's Plug'n'Play, which take the place of Node's, cannot do it themselves.
const [syncDescriptor, syncData] = [promisify(fsync), promisify(fdatasync)]

/** Resolves when the disk has what was written to a file, without the times of its last change. */
export function syncFileData({ fd }: FileHandle): Promise<void> {
  return syncData(fd)
}

/** Resolves when the disk has a file, or the names in a folder, with all that belongs to it. */
export function syncFile({ fd }: FileHandle): Promise<void> {
  return syncDescriptor(fd)
}
