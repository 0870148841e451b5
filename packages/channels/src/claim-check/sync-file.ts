import { fsync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'

const syncDescriptor = promisify(fsync)

/**
 * Resolves when the disk has a file, or the names in a folder. By the descriptor: the file handles of yarn's Plug'n'Play,
 * which take the place of Node's, cannot do it themselves.
 */
export function syncFile({ fd }: FileHandle): Promise<void> {
  return syncDescriptor(fd)
}
