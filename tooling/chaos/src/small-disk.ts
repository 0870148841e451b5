import { runToEnd } from '@headwater/kafka'
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The broker whose log lies on the {@link SmallDisk}. */
export const smallDiskBroker = 2

const chunk = Buffer.alloc(2 ** 20)

/** A file system of its own for one broker, which can be filled up: a tmpfs. */
export class SmallDisk implements AsyncDisposable {
  /** Where the broker keeps its log. */
  readonly logFolder: string
  readonly #mountPoint: string

  private constructor(mountPoint: string) {
    this.#mountPoint = mountPoint
    this.logFolder = join(mountPoint, 'broker')
  }

  /** @throws Error with mount's own words where mounting is not allowed */
  static async mount(mebibytes: number): Promise<SmallDisk> {
    const mountPoint = await mkdtemp(join(tmpdir(), 'headwater-small-disk-'))
    const { code, output } = await runToEnd('mount', [
      '-t',
      'tmpfs',
      '-o',
      `size=${mebibytes}m`,
      'tmpfs',
      mountPoint,
    ])
    if (code !== 0) {
      await rmdir(mountPoint)
      throw new Error(`A small disk cannot be mounted here: ${output.trim()}`)
    }
    return new SmallDisk(mountPoint)
  }

  /** Writes until nothing more fits. */
  async fill(): Promise<void> {
    await using file = await open(this.#ballast, 'w')
    for (let size = chunk.length; size >= 1;) {
      try {
        const { bytesWritten } = await file.write(chunk, 0, size)
        if (bytesWritten < size) size >>= 1
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        size >>= 1
      }
    }
  }

  /** Gives the room back. */
  async free(): Promise<void> {
    await rm(this.#ballast, { force: true })
  }

  /** Once its broker has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { code, output } = await runToEnd('umount', [this.#mountPoint])
    if (code !== 0) throw new Error(`The small disk cannot be unmounted: ${output.trim()}`)
    await rmdir(this.#mountPoint)
  }

  get #ballast(): string {
    return join(this.#mountPoint, 'ballast')
  }
}
