import { mkdirSync } from 'node:fs'
import { HeadwaterError, toError } from '@headwater/base'
import { DeliveryError } from '../delivery-error.ts'
import type { Backlog, Turn } from '../engine/backlog.ts'
import type { Expiry } from '../engine/expiry.ts'
import type { FailedRecord, Fallback } from '../engine/fallback.ts'
import type { HookRunner } from '../engine/hook-runner.ts'
import type { Intake } from '../engine/intake.ts'
import type { MetadataStore, TopicMetadata } from '../engine/metadata-store.ts'
import type { PartitionQueue } from '../engine/partition-queue.ts'
import type { ResolvedOptions } from '../engine/resolve-options.ts'
import { optionsOfTopic } from '../engine/resolve-topics.ts'
import type { TopicQueues } from '../engine/topic-queues.ts'
import type { WaitingSends } from '../engine/waiting-sends.ts'
import type { SendResult } from '../producer.ts'
import { SpoolReceipt } from '../receipt.ts'
import { lockFolder } from './folder-lock.ts'
import type { Lane, Position } from './lane.ts'
import { Lanes } from './lanes.ts'
import { keepRejected } from './rejected-file.ts'
import { Replay } from './replay.ts'
import { diskFailed, SpoolError } from './spool-error.ts'
import type { ResolvedSpoolOptions } from './spool-options.ts'
import { SpoolStore } from './spool-store.ts'
import { SpoolTimes } from './spool-times.ts'
import { encodeStored, type StoredRecord } from './stored-record.ts'
import { isUnavailable } from './unavailable-codes.ts'

/** What the spool needs of its surroundings. */
export interface SpoolContext {
  readonly options: ResolvedOptions
  readonly spool: ResolvedSpoolOptions
  readonly hooks: HookRunner
  readonly intake: Intake
  readonly expiry: Expiry
  readonly queues: TopicQueues
  readonly waiting: WaitingSends
  readonly metadata: MetadataStore
}

/** Bytes that may wait for the disk, however little the buffer holds. */
const leastQueuedBytes = 1 << 22
/** At the end an answer that is under way is worth this wait: it spares a record a second sending. */
const lastAnswersMs = 1000

/**
 * The policy `onUnavailable`. Order is kept by rows (`Lane`): once a record of a partition is on the disk, what the
 * engine has not written of that partition follows it there, and so does every newer send, until the row has gone back
 * to the engine, oldest first.
 */
export class Spool implements Fallback, Backlog {
  /** Records that were spooled although they may be in the log. */
  uncertain = 0
  /** Records on the disk that are not delivered. */
  records = 0
  readonly #context: SpoolContext
  readonly #lanes = new Lanes()
  readonly #times = new SpoolTimes()
  readonly #store: SpoolStore
  readonly #replay: Replay
  readonly #unlock: () => void
  readonly #opened: Promise<void>
  #state: 'opening' | 'open' | 'failed' | 'closed' = 'opening'
  #failure: Error | undefined
  /** Counts the openings of the folder. */
  #run = 1
  /** Whether the producer closes. */
  #ending = false
  /** What came before the folder was read: it goes into its rows before anything newer does. */
  readonly #early: (() => void)[] = []
  /** Records on their way to the disk. */
  #taking = 0
  #onTaken: (() => void) | undefined

  /** @throws HeadwaterError `SPOOL_LOCKED` when another producer has the folder, `SPOOL_FAILED` when there can be none. */
  constructor(context: SpoolContext) {
    const { options, spool, intake, expiry, queues, waiting } = context
    const { folder, maxBytes, sync } = spool
    this.#context = context
    this.#unlock = takeFolder(folder)
    this.#store = new SpoolStore({
      folder,
      maxBytes,
      // All that the engine holds may come at once.
      maxQueuedBytes: Math.max(leastQueuedBytes, 2 * (options.bufferMemory + options.maxWaitingBytes)),
      sync: sync === 'always',
      logger: options.logger,
    })
    this.#replay = new Replay({
      options,
      intake,
      expiry,
      queues,
      waiting,
      lanes: this.#lanes,
      store: this.#store,
      keepRejected: (position, result) => this.#keepRejected(position, result),
      onDone: () => this.records--,
      onDrained: (lane) => this.#onDrained(lane),
    })
    this.#opened = this.#open()
  }

  /** Bytes of the files, and of what is on its way there. */
  get bytes(): number {
    return this.#store.bytes
  }

  /** Milliseconds that the oldest record on the disk has been there, within a second or so; 0 when there is none. */
  get oldestAgeMs(): number {
    const first = this.#lanes.firstRef
    if (first === undefined) return 0
    this.#times.forgetBefore(first)
    const nowMs = this.#context.options.clock.now()
    return Math.max(0, nowMs - (this.#times.of(first) ?? nowMs))
  }

  /** Records delivered from the disk, and how many were given back with an open end and sent again. */
  get replayed(): { readonly delivered: number; readonly unknown: number } {
    return this.#replay
  }

  accepts(error: DeliveryError, replayed: boolean): boolean {
    if (replayed || !isUnavailable(error, this.#context.spool.spoolUnknown)) return false
    // A topic may be left out; what an earlier run with other options spooled of it goes first all the same.
    const { options } = this.#context
    return error.code === 'BEHIND_SPOOL' || optionsOfTopic(options, error.topic).onUnavailable !== undefined
  }

  async take(failed: FailedRecord): Promise<SendResult> {
    this.#taking++
    try {
      const append = async (): Promise<SendResult> => this.#append(failed)
      if (this.#state !== 'opening') return await append()
      return await new Promise((resolve) => this.#early.push(() => resolve(append())))
    } catch (thrown) {
      // Whatever it is, the sender must hear of it.
      return refused(failed.error, diskFailed('the spool failed', thrown))
    } finally {
      if (--this.#taking === 0) this.#onTaken?.()
    }
  }

  turn(topic: string, partition: number | undefined): Turn {
    // What earlier processes left may concern any partition.
    if (this.#state === 'opening') return 'wait'
    const turn = this.#lanes.turn(topic, partition)
    // Nothing goes back any more that could be waited for.
    return turn === 'wait' && this.#ending ? 'behind' : turn
  }

  passable({ name, partitions }: TopicMetadata): TopicMetadata['partitions'] {
    if (!this.#lanes.has(name)) return partitions
    return partitions.map((led, partition) =>
      this.#lanes.turn(name, partition) === 'behind' ? { ...led, leaderId: -1 } : led,
    )
  }

  /** Something happened to a partition's records in the engine. */
  touched({ topic, partition, pending }: PartitionQueue): void {
    if (this.#lanes.size === 0) return
    for (const lane of this.#lanes.of(topic, partition)) {
      // Put back by the engine, it would overtake what is on the disk.
      if (lane.state === 'collecting' && pending.length > 0) this.#replay.collect(lane)
    }
    this.#replay.stir()
  }

  closing(): void {
    this.#ending = true
    this.#replay.stop()
    this.#context.expiry.endReplays(false)
    this.#resume()
  }

  async close(timeoutMs: number): Promise<void> {
    const { options, expiry } = this.#context
    await this.#opened
    if (this.#taking > 0) await new Promise<void>((resolve) => (this.#onTaken = resolve))
    const untilMs = options.clock.monotonic() + Math.min(timeoutMs, lastAnswersMs)
    while (this.#replay.handed > 0 && options.clock.monotonic() < untilMs)
      await new Promise<void>((resolve) => options.clock.schedule(10, resolve))
    expiry.endReplays(true)
    await this.#replay.settled()
    this.#state = 'closed'
    try {
      await this.#store.close().finally(this.#unlock)
    } catch (thrown) {
      // What was told is on the disk, or was said to fail. The end of the rest must not hang on the disk's.
      const { folder } = this.#context.spool
      options.logger.error({ err: toError(thrown), folder }, 'the spool cannot be closed as it should')
    }
    // Whoever was told of the last records comes before whoever waits for the end.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }

  async #open(): Promise<void> {
    const { options, spool } = this.#context
    let lastRun = 0
    try {
      await this.#store.open((ref, record) => {
        lastRun = Math.max(lastRun, record.run)
        this.#found(ref, record)
      })
      this.#state = 'open'
    } catch (thrown) {
      this.#failure = toError(thrown)
      this.#state = 'failed'
      options.logger.error(
        { err: this.#failure, folder: spool.folder },
        'the spool cannot be opened; until the producer is made anew, records that it would take are refused',
      )
    }
    this.#run = lastRun + 1
    for (const append of this.#early.splice(0)) append()
    if (this.records > 0)
      options.logger.info({ folder: spool.folder, records: this.records }, 'the spool has records to send')
    this.#resume()
    this.#replay.stir()
  }

  /** Those who were told to wait ask again. */
  #resume(): void {
    const { waiting, intake } = this.#context
    const topics = new Set(waiting.all().map(({ record }) => record.topic))
    for (const name of topics) intake.onTopic({ name })
  }

  /** A record that an earlier process left. */
  #found(ref: number, { topic, partition, byTopic, run, order, spooledAt }: StoredRecord): void {
    const row = byTopic ? undefined : partition
    const lane = this.#lanes.find(topic, row) ?? this.#lanes.create(topic, row)
    lane.leastOrder = -1
    lane.add({ ref, run, order })
    this.#count(ref, spooledAt)
  }

  /** One more is on the disk. */
  #count(ref: number, spooledAt: number): void {
    if (this.records === 0) this.#times.clear()
    this.#times.note(ref, spooledAt)
    this.records++
  }

  #append({ error, record, order, startMs }: FailedRecord): Promise<SendResult> {
    const { options, metadata } = this.#context
    const { topic } = record
    const partition = error.partition ?? record.partition
    if (this.#failure !== undefined || this.#state === 'closed')
      return Promise.resolve(refused(error, diskFailed('the spool is not open', this.#failure ?? 'closed')))
    // As long as nobody knows the topic, older records wait for it that may go to any partition.
    const row = metadata.known(topic) === undefined ? undefined : partition
    const lane = this.#lanes.choose(topic, row, order) ?? this.#begin(topic, row, error)
    lane.leastOrder = Math.min(lane.leastOrder, order)
    // In any other state there may be others behind it, in the engine or waiting for the row's end.
    if (lane.state !== 'replaying') this.#replay.collect(lane)
    lane.appending++
    const isLate = lane.expect(order)
    if (isLate) lane.late++
    const onEnd = (): void => {
      lane.appending--
      if (isLate) lane.late--
    }
    const spooledAt = options.clock.now()
    const bytes = encodeStored(record, {
      partition,
      byTopic: lane.partition === undefined,
      uncertain: error.outcome === 'unknown',
      run: this.#run,
      order,
      spooledAt,
    })
    return this.#store.append(bytes, order).then(
      (ref) => {
        onEnd()
        lane.add({ ref, run: this.#run, order })
        this.#count(ref, spooledAt)
        if (error.outcome === 'unknown') this.uncertain++
        this.#replay.stir()
        const receipt = new SpoolReceipt({
          topic,
          partition: partition ?? -1,
          timestamp: Number(record.timestamp),
          attempts: error.attempts,
          latencyMs: options.clock.monotonic() - startMs,
        })
        return { status: 'spooled', receipt }
      },
      (thrown: unknown) => {
        onEnd()
        this.#replay.stir()
        return refused(error, thrown instanceof SpoolError ? thrown : diskFailed('the spool failed', thrown))
      },
    )
  }

  #begin(topic: string, partition: number | undefined, error: DeliveryError): Lane {
    const { options, hooks } = this.#context
    const { code } = error
    options.logger.warn({ topic, partition, code }, 'records go to the spool, for want of the cluster')
    hooks.run('onSpool', { event: 'began', topic, partition, error })
    return this.#lanes.create(topic, partition)
  }

  #onDrained({ topic, partition }: Lane): void {
    const { options, hooks } = this.#context
    options.logger.info({ topic, partition }, 'all records of the spool are sent')
    hooks.run('onSpool', { event: 'drained', topic, partition })
  }

  /** A record was refused on its way from the disk: it must not stand in the way of others, and must not be lost. */
  async #keepRejected(position: Position, { error }: SendResult): Promise<void> {
    const { options, spool, hooks } = this.#context
    const [found] = await this.#store.read([position.ref], 1)
    if (found === undefined || error === undefined) throw new Error('the record cannot be read again')
    const { topic, partition } = found.record
    try {
      const nowMs = options.clock.now()
      const sync = spool.sync === 'always'
      const bytes = await keepRejected(spool.folder, found.record, error, { nowMs, sync })
      this.#store.kept.bytes += bytes
    } catch (thrown) {
      options.logger.error(
        { err: toError(thrown), topic },
        'a rejected record cannot be kept; it stays spooled',
      )
      throw thrown
    }
    const message = 'a record from the spool was rejected; it is kept in rejected.ndjson'
    options.logger.error({ err: error, topic, partition }, message)
    hooks.run('onSpool', { event: 'rejected', topic, partition, error })
  }
}

function takeFolder(folder: string): () => void {
  try {
    mkdirSync(folder, { recursive: true })
    return lockFolder(folder)
  } catch (thrown) {
    if (thrown instanceof HeadwaterError) throw thrown
    throw diskFailed(`the spool cannot use the folder ${folder}`, thrown)
  }
}

/** How a record ends that the spool did not take: as it would have without the spool, saying why it is not there. */
function refused(error: DeliveryError, cause: SpoolError): SendResult {
  const outcome = cause.mayBeStored ? 'unknown' : error.outcome
  const { code, topic, partition, attempts, retriable } = error
  const message = `${error.message}; and it could not be spooled: ${cause.message}`
  const options = {
    outcome,
    topic,
    partition,
    attempts,
    retriable: retriable && outcome !== 'unknown',
    cause,
  }
  return { status: outcome, error: new DeliveryError(code, message, options) }
}
