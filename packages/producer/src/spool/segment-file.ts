import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { ackBytesEach, encodeAcknowledged, encodeSegmentHeader, segmentHeaderBytes } from './segment.ts'
import { syncFile, syncFileData } from './sync-file.ts'

const names = /^(\d{10})\.(spool|acks|spool\.damaged)$/

/** What a file of a spool is; a damaged one is kept, and no more than that. */
type FileKind = 'spool' | 'acks' | 'spool.damaged'

/** The number and the kind of a spool's file, by its name. */
export function parseFileName(name: string): { segment: number; kind: FileKind } | undefined {
  const found = names.exec(name)
  return found === null ? undefined : { segment: Number(found[1]), kind: found[2] as FileKind }
}

/** One file of records, and beside it the file that says which of them are done with. */
export class SegmentFile {
  readonly segment: number
  readonly path: string
  readonly acksPath: string
  /** Bytes that are known to be whole. */
  size: number
  /** Records that are not acknowledged. */
  live = 0
  /** Records in it, those that are acknowledged, too. */
  records = 0
  /** Whether bytes of it are no records; such a file is kept for who wants to look at it. */
  damaged = false
  ackBytes = 0
  /** Whether the file of acknowledgements may go on behind its last whole group. */
  #torn = true
  #handle: FileHandle | undefined
  #acks: FileHandle | undefined

  constructor(folder: string, segment: number, size: number = segmentHeaderBytes) {
    const name = String(segment).padStart(10, '0')
    this.segment = segment
    this.path = join(folder, `${name}.spool`)
    this.acksPath = join(folder, `${name}.acks`)
    this.size = size
  }

  /** Makes the file; with `sync`, so that it is still there after a power cut. */
  async create(folder: string, sync: boolean): Promise<void> {
    this.#handle = await open(this.path, 'wx+')
    await writeAll(this.#handle, encodeSegmentHeader(this.segment), 0)
    if (!sync) return
    await syncFileData(this.#handle)
    // Windows opens no folders; its file systems log new names themselves.
    if (process.platform === 'win32') return
    const parent = await open(folder, 'r')
    try {
      await syncFile(parent)
    } finally {
      await parent.close()
    }
  }

  /** Writes behind what is there. The caller raises `size` when all went well, and cuts if not. */
  async append(bytes: Buffer, sync: boolean): Promise<void> {
    const handle = await this.#open()
    await writeAll(handle, bytes, this.size)
    if (sync) await syncFileData(handle)
    // What is written to a file that nobody can find again is lost, and no write ever says so.
    const [named, held] = await Promise.all([stat(this.path), handle.stat()])
    if (named.ino !== held.ino) throw new Error(`${this.path} was replaced by another file`)
  }

  /** Takes back what was written behind `size`. */
  async cut(): Promise<void> {
    const handle = await this.#open()
    await handle.truncate(this.size)
  }

  /** Bytes on the disk, with those of the acknowledgements that are there or will be. */
  get footprint(): number {
    return this.size + this.records * ackBytesEach
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const handle = await this.#open()
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - offset)))
    let at = 0
    while (at < bytes.length) {
      const { bytesRead } = await handle.read(bytes, at, bytes.length - at, offset + at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return bytes.subarray(0, at)
  }

  /** Notes on the disk that records are done with. */
  async acknowledge(offsets: readonly number[], sync: boolean): Promise<void> {
    const bytes = encodeAcknowledged(this.segment, offsets)
    try {
      this.#acks ??= await open(this.acksPath, 'a+')
      // What follows the last whole group would never be read.
      if (this.#torn) await this.#acks.truncate(this.ackBytes)
      this.#torn = true
      await this.#acks.appendFile(bytes)
      if (sync) await syncFileData(this.#acks)
      this.ackBytes += bytes.length
      this.#torn = false
    } catch (thrown) {
      await this.#closeAcks()
      throw thrown
    }
  }

  /** Ends it: nothing in it is needed any more. */
  async remove(): Promise<void> {
    // In this order: acknowledgements without records say nothing, records without them would be sent again.
    if (this.damaged) await rename(this.path, `${this.path}.damaged`)
    else await rm(this.path, { force: true })
    await rm(this.acksPath, { force: true })
    await this.close()
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
    await this.#closeAcks()
  }

  async #closeAcks(): Promise<void> {
    const handle = this.#acks
    this.#acks = undefined
    await handle?.close()
  }

  async #open(): Promise<FileHandle> {
    this.#handle ??= await open(this.path, 'r+')
    return this.#handle
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let at = 0
  while (at < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at)
    at += bytesWritten
  }
}
