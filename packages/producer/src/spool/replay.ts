import { toError, type Timer } from '@headwater/base'
import type { Expiry } from '../engine/expiry.ts'
import type { Intake } from '../engine/intake.ts'
import type { ResolvedOptions } from '../engine/resolve-options.ts'
import type { TopicQueues } from '../engine/topic-queues.ts'
import type { WaitingSends } from '../engine/waiting-sends.ts'
import type { SendResult } from '../producer.ts'
import type { Lane, Position } from './lane.ts'
import type { Lanes } from './lanes.ts'
import type { SpoolStore } from './spool-store.ts'

/** What the way back to the engine needs of its surroundings. */
export interface ReplayContext {
  readonly options: ResolvedOptions
  readonly intake: Intake
  readonly expiry: Expiry
  readonly queues: TopicQueues
  readonly waiting: WaitingSends
  readonly lanes: Lanes
  readonly store: SpoolStore
  /** A record came to an end that is not the log; resolves when it is kept elsewhere, rejects when it is not. */
  keepRejected(position: Position, result: SendResult): Promise<void>
  /** A record is done with. */
  onDone(): void
  /** All records of a row are back. */
  onDrained(lane: Lane): void
}

/** The share of `bufferMemory` that records from the disk may take, and no more than this many bytes. */
const windowShare = 1 / 4
const mostWindowBytes = 8 << 20
/** Bytes that are read at once, and records that are looked at for it. */
const readBytes = 1 << 18
const readRecords = 512
/** A row that came back, or could not be read, rests this long. */
const restMs = 100
/** Nothing else may wake a row whose engine is busy for long; so it is looked at this often. */
const lookMs = 1000

/** Gives spooled records back to the engine: each row in its order, all rows in turns, within bounded memory. */
export class Replay {
  /** Records delivered from the disk. */
  delivered = 0
  /** Records given back with an open end, which are sent again. */
  unknown = 0
  /** Records on the disk whose bytes are damaged. */
  damaged = 0
  readonly #context: ReplayContext
  readonly #windowBytes: number
  /** Bytes with the engine, and of the acknowledgements on their way to the disk. */
  #bytes = 0
  /** Records with the engine. */
  #handed = 0
  #running = false
  #again = false
  #stopped = false
  #timer: Timer | undefined
  readonly #dirty = new Set<Lane>()
  /** Reads and writes that are under way: they must not find the files closed. */
  readonly #atDisk = new Set<Promise<unknown>>()

  constructor(context: ReplayContext) {
    this.#context = context
    this.#windowBytes = Math.min(context.options.bufferMemory * windowShare, mostWindowBytes)
  }

  /** Records with the engine. */
  get handed(): number {
    return this.#handed
  }

  /** Something changed that may let a row go on. */
  stir(): void {
    this.#again = true
    if (this.#running || this.#stopped || this.#context.lanes.size === 0) return
    this.#running = true
    setImmediate(() => void this.#run())
  }

  /** A row collects: the engine must hold nothing of it that is not under way already. */
  collect(lane: Lane): void {
    if (lane.state !== 'collecting') {
      lane.state = 'collecting'
      lane.generation++
    }
    // Once for all that happens in this turn, and before the engine's next one.
    if (this.#dirty.size === 0) queueMicrotask(() => this.#evict())
    this.#dirty.add(lane)
  }

  /** Nothing is given to the engine any more. */
  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  /** Resolves when nothing of this is at the disk any more. Comes after `stop`, and when nothing is with the engine. */
  async settled(): Promise<void> {
    while (this.#atDisk.size > 0) await Promise.all(this.#atDisk)
  }

  #evict(): void {
    for (const lane of this.#dirty) {
      this.#dirty.delete(lane)
      if (lane.state === 'collecting') this.#context.expiry.evict(lane.topic, lane.partition, lane)
    }
    this.stir()
  }

  async #run(): Promise<void> {
    const { lanes } = this.#context
    while (!this.#stopped) {
      this.#again = false
      for (const lane of lanes.all()) this.advance(lane)
      const lane = this.#next()
      if (lane !== undefined) {
        lanes.served(lane)
        await this.#untilDone(this.#feed(lane))
      } else if (!this.#again) break
      else await new Promise<void>((resolve) => setImmediate(resolve))
    }
    this.#running = false
    if (lanes.size > 0) this.#look()
  }

  #look(): void {
    this.#timer?.cancel()
    if (this.#stopped) return
    const { clock } = this.#context.options
    const nowMs = clock.monotonic()
    const resting = this.#context.lanes.all().map(({ notBeforeMs }) => notBeforeMs)
    const dueMs = Math.min(nowMs + lookMs, ...resting.filter((notBeforeMs) => notBeforeMs > nowMs))
    this.#timer = clock.schedule(Math.ceil(dueMs - nowMs), () => this.stir())
  }

  /** Takes a row as far as it may go now. */
  advance(lane: Lane): void {
    const { lanes, intake, queues, options } = this.#context
    if (lane.state === 'collecting') {
      if (this.#dirty.has(lane) || lane.notBeforeMs > options.clock.monotonic()) return
      // The rows of its partitions are older than the row of a topic.
      if (lane.partition === undefined && lanes.hasParts(lane.topic)) return
      const busy = queues.busy(lane.topic)
      if (busy.some(({ partition }) => lane.partition === undefined || partition === lane.partition)) return
      if (lane.handed > 0 || lane.late > 0 || (lane.stored === 0 && lane.appending > 0)) return
      lane.state = 'replaying'
      lane.confirmed = false
    }
    if (lane.state === 'replaying' && lane.stored === 0 && (lane.confirmed || lane.handed === 0)) {
      if (lane.appending > 0 && !lane.confirmed) return
      lane.state = 'closing'
    }
    if (lane.state === 'closing' && lane.stored === 0 && lane.appending === 0) {
      lane.state = 'passing'
      intake.onTopic({ name: lane.topic })
    }
    if (lane.state === 'passing' && lane.handed === 0) {
      lanes.delete(lane)
      this.#context.onDrained(lane)
      // Sends that asked before may have been told to wait.
      intake.onTopic({ name: lane.topic })
    }
  }

  #next(): Lane | undefined {
    const { lanes, options } = this.#context
    const nowMs = options.clock.monotonic()
    return lanes.all().find((lane) => {
      if (lane.state !== 'replaying' && lane.state !== 'closing') return false
      if (lane.stored === 0 || lane.notBeforeMs > nowMs) return false
      return lane.handedBytes === 0 || this.#roomFor(lane) > 0
    })
  }

  /** Bytes of a row that may go to the engine now; a row of which nothing is there gets one record in any case. */
  #roomFor(lane: Lane): number {
    const { lanes, options } = this.#context
    const share = Math.max(this.#windowBytes / lanes.size, Math.min(options.batchSize, this.#windowBytes))
    return Math.min(share - lane.handedBytes, this.#windowBytes - this.#bytes, readBytes)
  }

  /** Reads on in a row, and hands what it finds to the engine. */
  async #feed(lane: Lane): Promise<void> {
    const { store, intake, waiting, options } = this.#context
    const { generation } = lane
    const refs = lane.peek(readRecords)
    let found: Awaited<ReturnType<SpoolStore['read']>>
    try {
      found = await store.read(refs, this.#roomFor(lane))
    } catch (thrown) {
      options.logger.error({ err: toError(thrown), topic: lane.topic }, 'the spool cannot be read')
      this.#rest(lane)
      return
    }
    for (const [index, one] of found.entries()) {
      if (this.#stopped || lane.generation !== generation) return
      const ref = refs[index]!
      if (one === undefined) {
        this.#skipDamaged(lane, ref)
        continue
      }
      const { record, bytes } = one
      // What does not fit would come back, and all that is before it.
      if (!waiting.takes(bytes)) return this.#rest(lane)
      const position = { ref, run: record.run, order: record.order }
      lane.hand({ ...position, bytes })
      lane.handedBytes += bytes
      this.#bytes += bytes
      this.#handed++
      intake.replay(record, lane, (result) => this.#told(lane, position, bytes, result))
    }
  }

  #skipDamaged(lane: Lane, ref: number): void {
    this.damaged++
    lane.skip()
    this.#context.store.keepDamaged(ref)
    this.#context.onDone()
    void this.#context.store.acknowledge(ref).then(() => this.stir())
    const message = 'a record of the spool is damaged and lost; its file is kept'
    this.#context.options.logger.error({ topic: lane.topic, partition: lane.partition }, message)
  }

  /** The engine is done with a record. */
  #told(lane: Lane, position: Position, bytes: number, result: SendResult): void {
    this.#handed--
    const { status } = result
    if (status === 'delivered' || status === 'dead-lettered') {
      lane.done(position.ref)
      lane.confirmed = true
      if (status === 'delivered') this.delivered++
      this.#acknowledge(lane, position, bytes)
    } else if (status === 'rejected') {
      const kept = this.#context.keepRejected(position, result).then(
        () => {
          lane.done(position.ref)
          this.#acknowledge(lane, position, bytes)
        },
        () => this.#takeBack(lane, position, bytes),
      )
      void this.#untilDone(kept)
    } else {
      if (status === 'unknown') this.unknown++
      this.#takeBack(lane, position, bytes)
    }
  }

  async #untilDone(work: Promise<void>): Promise<void> {
    this.#atDisk.add(work)
    try {
      await work
    } finally {
      this.#atDisk.delete(work)
    }
  }

  #acknowledge(lane: Lane, { ref }: Position, bytes: number): void {
    this.#context.onDone()
    void this.#context.store.acknowledge(ref).then(() => this.#free(lane, bytes))
    this.stir()
  }

  /** What was behind it comes back, too, as far as it was not written; then it goes again, in order. */
  #takeBack(lane: Lane, position: Position, bytes: number): void {
    lane.takeBack(position)
    this.#rest(lane)
    this.#free(lane, bytes)
    this.collect(lane)
  }

  #rest(lane: Lane): void {
    lane.notBeforeMs = this.#context.options.clock.monotonic() + restMs
  }

  #free(lane: Lane, bytes: number): void {
    lane.handedBytes -= bytes
    this.#bytes -= bytes
    this.stir()
  }
}
