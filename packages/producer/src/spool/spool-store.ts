import { readdir, readFile, rm, truncate } from 'node:fs/promises'
import { toError, type Logger } from '@headwater/base'
import { KeptFiles } from './kept-files.ts'
import {
  ackBytesEach,
  announcedLength,
  readAcknowledged,
  readSegment,
  segmentHeaderBytes,
} from './segment.ts'
import { parseFileName, SegmentFile } from './segment-file.ts'
import { diskFailed, SpoolError } from './spool-error.ts'
import { decodeStored, headBytes, placeStored, storedLength, type StoredRecord } from './stored-record.ts'

/** How a store keeps its files. */
export interface SpoolStoreOptions {
  readonly folder: string
  /** Bytes of all files and of what is on its way there, above which no record is taken. */
  readonly maxBytes: number
  /** Bytes that may wait for the disk. */
  readonly maxQueuedBytes: number
  /** Whether bytes must be on the disk itself before they count. */
  readonly sync: boolean
  readonly logger: Logger
}

interface Append {
  readonly bytes: Buffer
  readonly order: number
  readonly resolve: (ref: number) => void
  readonly reject: (error: SpoolError) => void
}

interface Acknowledgement {
  readonly ref: number
  readonly done: () => void
}

/** Bytes after which a new file is begun: a file goes when all of it is done with. */
const segmentBytes = 1 << 24
/** A small spool has several files, too, so that room becomes free piece by piece. */
const leastSegments = 8
/** Bytes that are written at once at the most. */
const groupBytes = 1 << 22
/** A record's number is its file's times this, and its place there. */
const refBase = 2 ** 25

/** What a read gives for one record; `undefined` where the bytes prove to be damaged. */
export type ReadRecord = { readonly record: StoredRecord; readonly bytes: number } | undefined

/**
 * The files of a spool: appends in groups, one write and one `fdatasync` for all that came meanwhile, and notes in the
 * same way what is done with. Knows nothing of partitions; a record is known by its number.
 */
export class SpoolStore {
  readonly #options: SpoolStoreOptions
  readonly #segmentBytes: number
  readonly #segments = new Map<number, SegmentFile>()
  #active: SegmentFile | undefined
  #lastSegment = 0
  #appends: Append[] = []
  #acknowledgements: Acknowledgement[] = []
  #working: Promise<void> | undefined
  /** Files that only an operator removes. */
  readonly kept: KeptFiles
  /** Bytes of the records and their acknowledgements, on the disk and on their way there. */
  #recordBytes = 0
  #queuedBytes = 0
  #complained = false

  constructor(options: SpoolStoreOptions) {
    this.#options = options
    this.kept = new KeptFiles(options.folder)
    this.#segmentBytes = Math.max(1024, Math.min(segmentBytes, Math.floor(options.maxBytes / leastSegments)))
  }

  /** Bytes on the disk and on their way there. */
  get bytes(): number {
    return this.#recordBytes + this.kept.bytes
  }

  /** Reads what earlier processes left: every record that is not done with, in the order of the files. */
  async open(onRecord: (ref: number, record: StoredRecord) => void): Promise<void> {
    const files = (await readdir(this.#options.folder)).toSorted().map(parseFileName)
    const numbers = files.filter((file) => file?.kind === 'spool').map((file) => file!.segment)
    for (const segment of numbers) await this.#openSegment(segment, onRecord)
    const known = new Set(numbers)
    for (const file of files) {
      // A new file of its number would take its place when it is damaged, too.
      if (file?.kind === 'spool.damaged') this.#lastSegment = Math.max(this.#lastSegment, file.segment)
      if (file?.kind !== 'acks' || known.has(file.segment)) continue
      await rm(new SegmentFile(this.#options.folder, file.segment).acksPath, { force: true })
    }
    await this.kept.look()
  }

  /**
   * Appends an encoded record; resolves with its number when it is safe.
   *
   * @throws SpoolError (as a rejection) `SPOOL_FULL` or `SPOOL_FAILED`.
   */
  append(bytes: Buffer, order: number): Promise<number> {
    const { maxBytes, maxQueuedBytes } = this.#options
    const files = Math.ceil((this.#queuedBytes + bytes.length) / this.#segmentBytes) + 1
    const footprint = bytes.length + ackBytesEach
    if (this.bytes + footprint + files * segmentHeaderBytes > maxBytes) {
      const kept = this.kept.bytes
      // They may have been taken away since.
      if (kept > 0) void this.kept.look()
      const ofThese =
        kept === 0 ? '' : ` (${kept} of them in rejected.ndjson and .damaged files: take these away)`
      const message = `the spool holds ${this.bytes} of maxBytes (${maxBytes})${ofThese} and has no room for ${footprint} more`
      return Promise.reject(new SpoolError('SPOOL_FULL', message))
    }
    if (this.#queuedBytes + bytes.length > maxQueuedBytes) {
      const message = `${this.#queuedBytes} bytes wait for the spool's disk, which is slower than records come`
      return Promise.reject(new SpoolError('SPOOL_FULL', message))
    }
    this.#recordBytes += footprint
    this.#queuedBytes += bytes.length
    return new Promise((resolve, reject) => {
      this.#appends.push({ bytes, order, resolve, reject })
      this.#work()
    })
  }

  /** Notes that a record is done with; resolves when that is on the disk, or failed to get there. */
  acknowledge(ref: number): Promise<void> {
    return new Promise((done) => {
      this.#acknowledgements.push({ ref, done })
      this.#work()
    })
  }

  /** The first of these records, and those behind it that come with the same read, up to `maxBytes`. */
  async read(refs: readonly number[], maxBytes: number): Promise<ReadRecord[]> {
    const first = refs[0]!
    const file = this.#segments.get(segmentOf(first))!
    const start = offsetOf(first)
    let chunk = await file.read(start, Math.max(headBytes, maxBytes))
    if (chunk.length < headBytes) return [undefined]
    const announced = announcedLength(chunk)
    if (announced > chunk.length && start + announced <= file.size) chunk = await file.read(start, announced)
    const found: ReadRecord[] = []
    for (const ref of refs) {
      const at = offsetOf(ref) - start
      if (segmentOf(ref) !== file.segment || at < 0) break
      const bytes = storedLength(chunk, at, offsetOf(ref))
      if (bytes === undefined) {
        // Beyond the bytes that were read, it is for the next read to say.
        if (found.length === 0) found.push(undefined)
        break
      }
      found.push({ record: decodeStored(chunk, at), bytes })
    }
    return found
  }

  /** Finds that a record is damaged: it stays in its file, which is kept. */
  keepDamaged(ref: number): void {
    const file = this.#segments.get(segmentOf(ref))
    if (file !== undefined) file.damaged = true
  }

  /** Ends all writing; whatever is done with leaves the disk. */
  async close(): Promise<void> {
    while (this.#working !== undefined) await this.#working
    for (const file of this.#segments.values()) {
      if (file.live === 0) await this.#remove(file)
      else await file.close()
    }
  }

  async #openSegment(segment: number, onRecord: (ref: number, record: StoredRecord) => void): Promise<void> {
    const { folder, logger } = this.#options
    const file = new SegmentFile(folder, segment)
    const bytes = await readFile(file.path)
    const acks = await readFile(file.acksPath).catch(absent)
    const done = readAcknowledged(acks, segment)
    file.ackBytes = done.end
    const { end, damaged, foreignVersion } = readSegment(bytes, segment, (offset, record) => {
      file.records++
      if (done.offsets.has(offset)) return
      file.live++
      onRecord(refOf(segment, offset), record)
    })
    if (foreignVersion !== undefined)
      throw new Error(`${file.path} has the format ${foreignVersion}, which this release does not read`)
    if (damaged.length > 0) {
      file.damaged = true
      logger.error(
        { file: file.path, damaged },
        'bytes of the spool are damaged and the records in them are lost; the file is kept',
      )
    }
    if (end < bytes.length) {
      logger.warn(
        { file: file.path, bytes: bytes.length - end },
        'the end of the spool was never written in full; it is cut off',
      )
      await truncate(file.path, end)
    }
    file.size = end
    this.#recordBytes += file.footprint
    this.#lastSegment = Math.max(this.#lastSegment, segment)
    this.#segments.set(segment, file)
    if (file.live === 0) await this.#remove(file)
  }

  #work(): void {
    // Put off to the end of this turn: all that one turn brings shares a write, in the order of the sends.
    this.#working ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#workOff())
      .finally(() => (this.#working = undefined))
  }

  async #workOff(): Promise<void> {
    while (this.#appends.length > 0 || this.#acknowledgements.length > 0) {
      if (this.#appends.length > 0) await this.#appendGroup()
      if (this.#acknowledgements.length > 0) await this.#acknowledgeGroup()
      // Those who were told may have more to say before the next group is closed.
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }

  async #appendGroup(): Promise<void> {
    // Stable: records end in another order than they were taken in when many end at once.
    this.#appends.sort((left, right) => left.order - right.order)
    let group: readonly Append[] = []
    let file: SegmentFile | undefined
    try {
      file = await this.#writable()
      group = this.#takeGroup(file)
      const bytes = Buffer.concat(group.map((one) => one.bytes))
      await file.append(bytes, this.#options.sync)
      let offset = file.size
      file.size += bytes.length
      file.live += group.length
      file.records += group.length
      for (const one of group) {
        this.#queuedBytes -= one.bytes.length
        one.resolve(refOf(file.segment, offset))
        offset += one.bytes.length
      }
      this.#complained = false
    } catch (thrown) {
      this.#active = undefined
      if (file === undefined) group = this.#appends.splice(0)
      const kept = file === undefined ? false : !(await this.#takeBack(file))
      if (file?.live === 0 && !kept) await this.#remove(file)
      const error = diskFailed('the spool cannot write', thrown, kept)
      this.#complain(error)
      for (const one of group) {
        this.#recordBytes -= one.bytes.length + ackBytesEach
        this.#queuedBytes -= one.bytes.length
        one.reject(error)
      }
    }
  }

  async #writable(): Promise<SegmentFile> {
    if (this.#active !== undefined && this.#active.size < this.#segmentBytes) return this.#active
    const { folder, sync } = this.#options
    const file = new SegmentFile(folder, ++this.#lastSegment)
    try {
      await file.create(folder, sync)
    } catch (thrown) {
      await file.remove().catch(() => undefined)
      throw thrown
    }
    this.#segments.set(file.segment, file)
    this.#recordBytes += segmentHeaderBytes
    const before = this.#active
    this.#active = file
    if (before?.live === 0) await this.#remove(before)
    return file
  }

  #takeGroup(file: SegmentFile): readonly Append[] {
    let offset = file.size
    let count = 0
    let bytes = 0
    for (const one of this.#appends) {
      if (count > 0 && (offset >= this.#segmentBytes || bytes + one.bytes.length > groupBytes)) break
      placeStored(one.bytes, offset)
      offset += one.bytes.length
      bytes += one.bytes.length
      count++
    }
    return this.#appends.splice(0, count)
  }

  /** @returns whether what was written of a failed group is gone again. */
  async #takeBack(file: SegmentFile): Promise<boolean> {
    try {
      await file.cut()
      return true
    } catch (thrown) {
      this.#complain(toError(thrown))
      return false
    }
  }

  async #acknowledgeGroup(): Promise<void> {
    const group = this.#acknowledgements
    this.#acknowledgements = []
    const bySegment = new Map<SegmentFile, number[]>()
    for (const { ref } of group) {
      const file = this.#segments.get(segmentOf(ref))
      if (file === undefined) continue
      const offsets = bySegment.get(file)
      if (offsets === undefined) bySegment.set(file, [offsetOf(ref)])
      else offsets.push(offsetOf(ref))
    }
    for (const [file, offsets] of bySegment) {
      file.live -= offsets.length
      const unused = file !== this.#active || this.#appends.length === 0
      if (file.live === 0 && unused && (await this.#remove(file))) continue
      try {
        await file.acknowledge(offsets, this.#options.sync)
      } catch (thrown) {
        // They are sent again after a restart, and nothing worse.
        this.#complain(diskFailed('the spool cannot note what is delivered', thrown))
      }
    }
    for (const { done } of group) done()
  }

  async #remove(file: SegmentFile): Promise<boolean> {
    try {
      await file.remove()
    } catch (thrown) {
      this.#complain(diskFailed('the spool cannot remove a file that is done with', thrown))
      return false
    }
    if (this.#active === file) this.#active = undefined
    this.#segments.delete(file.segment)
    this.#recordBytes -= file.footprint
    if (file.damaged) this.kept.bytes += file.size
    return true
  }

  /** Once, until the disk works again: a disk that fails does so thousands of times. */
  #complain(error: Error): void {
    if (this.#complained) return
    this.#complained = true
    this.#options.logger.error({ err: error, folder: this.#options.folder }, error.message)
  }
}

function refOf(segment: number, offset: number): number {
  return segment * refBase + offset
}

function segmentOf(ref: number): number {
  return Math.floor(ref / refBase)
}

function offsetOf(ref: number): number {
  return ref % refBase
}

function absent(thrown: unknown): Buffer {
  if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
  throw thrown
}
