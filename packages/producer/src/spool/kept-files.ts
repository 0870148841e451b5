import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { rejectedFileName } from './rejected-file.ts'
import { parseFileName } from './segment-file.ts'

/**
 * The files of a spool that nobody but its operator removes: what brokers refused, and what proved to be damaged. Only
 * their bytes are known here, so that they leave less room for new records instead of filling the disk.
 */
export class KeptFiles {
  /** Bytes of all of them, when they were last looked at, and what was added since. */
  bytes = 0
  readonly #folder: string
  #looking: Promise<void> | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Looks at them anew: some may have been taken away. Never rejects; what cannot be read counts as before. */
  look(): Promise<void> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = undefined)))
  }

  async #look(): Promise<void> {
    const before = this.bytes
    try {
      const names = (await readdir(this.#folder)).filter(
        (name) => name === rejectedFileName || parseFileName(name)?.kind === 'spool.damaged',
      )
      const sizes = await Promise.all(names.map((name) => sizeOf(join(this.#folder, name))))
      const found = sizes.reduce((sum, size) => sum + size, 0)
      // What was added meanwhile may be in it or not; too much is put right by the next look.
      this.bytes = found + (this.bytes - before)
    } catch {
      // The folder cannot be read: whatever is written to it next says so to whom it concerns.
    }
  }
}

/** @returns 0 for a file that was taken away between. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
