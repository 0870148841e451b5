import { batchHeaderBytes, kafkaError } from '@headwater/protocol'
import type { ProducerRecord } from '../producer-record.ts'
import type { SendResult } from '../producer.ts'
import type { StoredRecord } from '../spool/stored-record.ts'
import type { Backlog } from './backlog.ts'
import { Delivery } from './delivery.ts'
import type { FlushTracker } from './flush-tracker.ts'
import { unobserved, type HookRunner } from './hook-runner.ts'
import type { MetadataStore, TopicMetadata } from './metadata-store.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { ownedCopy, prepareRecord, type PreparedRecord, type RecordProblem } from './prepared-record.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { optionsOfTopic } from './resolve-topics.ts'
import type { Failure, Settlement } from './settlement.ts'
import type { TakeOptions } from './take-options.ts'
import type { Place, TopicQueues } from './topic-queues.ts'
import type { WaitingSend, WaitingSends } from './waiting-sends.ts'

/** What the intake needs of its surroundings. */
export interface IntakeContext {
  readonly options: ResolvedOptions
  readonly flushes: FlushTracker
  readonly hooks: HookRunner
  readonly settlement: Settlement
  readonly waiting: WaitingSends
  readonly queues: TopicQueues
  readonly metadata: MetadataStore
  /** A partition has a new record. */
  onAppended(queue: PartitionQueue): void
  /** Sends have begun to wait for memory: batches that linger must go. */
  onMemoryWanted(): void
  /** Something ends at this moment (monotonic milliseconds) if nothing happens before. */
  onDeadline(dueMs: number): void
  /** A delivery's signal was aborted. */
  onAbort(delivery: Delivery, cause: unknown): void
}

/** From the call to the batch: checks a record, waits for metadata and memory if it must, and encodes it. */
export class Intake {
  closed = false
  /** What must not be overtaken. */
  backlog: Backlog | undefined
  #taken = 0
  readonly #context: IntakeContext

  constructor(context: IntakeContext) {
    this.#context = context
  }

  /**
   * Takes a record; `tell` hears how it ends.
   *
   * @returns whether it was taken: refused at once if not.
   */
  take(
    record: ProducerRecord,
    options: TakeOptions,
    tell: ((result: SendResult) => void) | undefined,
  ): boolean {
    const { options: settings, hooks, flushes } = this.#context
    const startMs = settings.clock.monotonic()
    const { headers: added, traces } = this.closed ? unobserved : hooks.onSend(record)
    const { problem } = options
    const prepared = problem === undefined ? prepareRecord(record, settings.clock.now(), added) : { problem }
    const own = 'problem' in prepared ? settings : optionsOfTopic(settings, prepared.topic)
    const wantedMs = problem === undefined ? options.deliveryTimeoutMs : undefined
    const deliveryTimeoutMs = Math.min(wantedMs ?? Infinity, own.deliveryTimeoutMs)
    const delivery = new Delivery(
      {
        startMs,
        deadlineMs: startMs + deliveryTimeoutMs,
        timestamp: 'problem' in prepared ? 0 : prepared.timestamp,
        generation: flushes.taken(),
        order: this.#taken++,
        traces,
      },
      tell,
    )
    const refusal = this.#refusal(prepared, options)
    if (refusal !== undefined || 'problem' in prepared) {
      this.#refuse(delivery, record, prepared, refusal!)
      return false
    }
    if (options.signal !== undefined) {
      const { signal } = options
      delivery.abortWith(signal, () => this.#context.onAbort(delivery, signal.reason))
    }
    this.#context.onDeadline(
      Math.min(delivery.deadlineMs, startMs + (own.onUnavailable?.afterMs ?? Infinity)),
    )
    const blockedUntilMs = startMs + settings.maxBlockMs
    return this.#admit({ record: prepared, delivery, blockedUntilMs, wait: options.wait }, false)
  }

  /**
   * Takes a record back that a policy kept: it has no deadline, and goes before whatever the backlog holds back.
   *
   * @param row - where it stands in the spool
   */
  replay(record: StoredRecord, row: object, tell: (result: SendResult) => void): void {
    const { timestamp } = record
    const delivery = new Delivery(
      {
        startMs: this.#context.options.clock.monotonic(),
        deadlineMs: Infinity,
        timestamp,
        generation: 0,
        order: this.#taken++,
        replayOf: row,
        traces: this.#context.hooks.onReplay(record),
      },
      tell,
    )
    const prepared = prepareRecord(record, timestamp, [])
    const refusal = this.#refusal(prepared, { wait: true })
    if (refusal !== undefined || 'problem' in prepared) this.#refuse(delivery, record, prepared, refusal!)
    else this.#admit({ record: prepared, delivery, blockedUntilMs: Infinity, wait: true }, false)
  }

  /** The sends that waited for a topic go on, in their order: it is known now, or its backlog is gone. */
  onTopic(topic: Pick<TopicMetadata, 'name'>): void {
    for (const send of this.#context.waiting.takeTopic(topic.name)) {
      if (!send.delivery.settled) this.#admit(send, true)
    }
  }

  /** A topic cannot be had, and that will not change by waiting. */
  onTopicRefused(topic: string, code: number): void {
    const error = kafkaError(code)
    const message = `the topic ${topic} cannot be used: ${error.message}`
    for (const send of this.#context.waiting.takeTopic(topic)) {
      if (!send.delivery.settled) this.#fail(send, { code: error.name, outcome: 'rejected', message })
    }
  }

  /** Buffer space was given back: those who wait for it go on, first come first served. */
  onMemory(): void {
    const { waiting, metadata } = this.#context
    for (let send = waiting.admit(); send !== undefined; send = waiting.admit()) {
      const topic = metadata.topic(send.record.topic)
      if (topic !== undefined) {
        this.#append(send, topic)
        continue
      }
      // The topic was deleted meanwhile; it may come back.
      waiting.release(send.record.sizeBound)
      this.#waitForTopic(send, true)
    }
  }

  /** Why a waiting send has to give up when `maxBlockMs` is over, or whatever else bounds its wait. */
  blockedFailure(
    send: WaitingSend,
    within: string = `maxBlockMs (${this.#context.options.maxBlockMs} ms)`,
  ): Failure {
    const { metadata } = this.#context
    const { topic } = send.record
    const code = metadata.complaint(topic)
    if (code !== undefined) {
      const error = kafkaError(code)
      const message = `the topic ${topic} cannot be had: ${error.message} Create it, or check its name.`
      return { code: error.name, outcome: 'not-sent', retriable: true, message }
    }
    if (metadata.known(topic) === undefined) {
      const cause = metadata.lastFailure
      const why = cause === undefined ? '' : `: ${cause.message}`
      const message = `no broker said what the topic ${topic} looks like within ${within}${why}`
      return { code: 'METADATA_TIMEOUT', outcome: 'not-sent', retriable: true, message, cause }
    }
    return bufferFull(`no buffer space within ${within}`)
  }

  #refusal(prepared: ReturnType<typeof prepareRecord>, options: TakeOptions): Failure | undefined {
    const { maxRequestSize, bufferMemory } = this.#context.options
    if (this.closed) {
      return {
        code: 'PRODUCER_CLOSED',
        outcome: 'not-sent',
        message: 'the producer is closed; make a new one to send',
        final: true,
      }
    }
    const misplaced = this.#misplaced(options)
    if (misplaced !== undefined) return misplaced
    if ('problem' in prepared) {
      return { code: 'INVALID_RECORD_INPUT', outcome: 'rejected', message: prepared.problem }
    }
    const bytes = prepared.sizeBound + batchHeaderBytes
    const limit = Math.min(maxRequestSize, bufferMemory)
    if (bytes > limit) {
      const message = `the record takes up to ${bytes} bytes and ${limit} are allowed; store large values elsewhere and send a reference, or raise maxRequestSize with the topic's max.message.bytes`
      return { code: 'RECORD_TOO_LARGE', outcome: 'rejected', message }
    }
    if (options.signal?.aborted === true) {
      return {
        code: 'ABORTED',
        outcome: 'not-sent',
        message: 'the signal was aborted before the call',
        cause: options.signal.reason,
      }
    }
    return undefined
  }

  /** Why a record cannot be taken outside of a transaction, or in the one that it was sent in. */
  #misplaced({ transaction }: TakeOptions): Failure | undefined {
    if (transaction !== undefined) return transaction.refusal()
    if (this.#context.options.transactionalId === undefined) return undefined
    const message = 'a producer with a transactionalId writes in transactions only; send within transaction()'
    return { code: 'TRANSACTION_REQUIRED', outcome: 'not-sent', message }
  }

  /** @param owned - whether the record is a copy of our own already. */
  #admit(send: WaitingSend, owned: boolean): boolean {
    const { metadata } = this.#context
    const { record } = send
    const topic = metadata.topic(record.topic)
    if (topic === undefined) {
      // Though it names a partition: older ones wait with it whose partition nobody knows.
      const fresh = send.delivery.replayOf === undefined
      if (fresh && this.backlog?.turn(record.topic, undefined) === 'behind') return this.#joinBacklog(send)
      return this.#waitForTopic(send, owned)
    }
    if (record.partition !== undefined && record.partition >= topic.partitions.length) {
      // The topic may have grown since; only an answer to a question put after the call can refuse.
      if (topic.askedMs <= send.delivery.startMs) {
        metadata.askAgain(record.topic)
        return this.#waitForTopic(send, owned)
      }
      const message = `the topic ${record.topic} has no partition ${record.partition}, only 0 to ${topic.partitions.length - 1}`
      return this.#fail(send, { code: 'INVALID_PARTITION', outcome: 'rejected', message })
    }
    if (this.backlog !== undefined) return this.#admitBehind(this.backlog, send, topic, owned)
    return this.#reserve(send, topic, owned)
  }

  /** Nothing may overtake a backlog: whether a send may go on depends on its partition, which is chosen here. */
  #admitBehind(backlog: Backlog, send: WaitingSend, topic: TopicMetadata, owned: boolean): boolean {
    let place: Place
    try {
      place = this.#context.queues.place(send.record, topic, (one) => backlog.passable(one))
    } catch (cause) {
      return this.#unplaced(send, cause)
    }
    const placed: WaitingSend = { ...send, place }
    const turn = send.delivery.replayOf === undefined ? backlog.turn(topic.name, place.partition) : 'go'
    const mayWait = this.#context.waiting.mayWait(send.record.sizeBound)
    if (turn === 'behind' || (turn === 'wait' && !mayWait)) return this.#joinBacklog(placed)
    if (turn === 'wait') return this.#waitForTopic(placed, owned)
    return this.#reserve(placed, topic, owned)
  }

  #joinBacklog(send: WaitingSend): boolean {
    const message = 'older records of its partition wait in the spool'
    this.#fail(send, { code: 'BEHIND_SPOOL', outcome: 'not-sent', retriable: true, message })
    return true
  }

  #reserve(send: WaitingSend, topic: TopicMetadata, owned: boolean): boolean {
    const { waiting } = this.#context
    const { record } = send
    if (waiting.tryReserve(record.sizeBound)) return this.#append(send, topic)
    if (!send.wait) return this.#full(send, 'the buffer is full')
    if (!waiting.mayWait(record.sizeBound))
      return this.#full(send, 'the buffer is full and so is the room to wait')
    const first = !waiting.memoryWanted
    waiting.waitForMemory(this.#parked(send, owned))
    if (first) {
      this.#logFull('sends wait for buffer space')
      this.#context.onMemoryWanted()
    }
    this.#reportFull(false)
    return true
  }

  #waitForTopic(send: WaitingSend, owned: boolean): boolean {
    const { waiting } = this.#context
    if (!waiting.mayWait(send.record.sizeBound))
      return this.#full(send, 'the room to wait for metadata is full')
    waiting.waitForTopic(this.#parked(send, owned))
    return true
  }

  #parked(send: WaitingSend, owned: boolean): WaitingSend {
    this.#context.onDeadline(send.blockedUntilMs)
    return owned ? send : { ...send, record: ownedCopy(send.record) }
  }

  #append(send: WaitingSend, topic: TopicMetadata): boolean {
    const { queues, waiting, options } = this.#context
    // The topic may have been deleted and created again, with fewer partitions.
    const place =
      send.place !== undefined && send.place.partition < topic.partitions.length ? send.place : undefined
    try {
      const queue = queues.append(send.record, send.delivery, topic, options.clock.monotonic(), place)
      this.#context.onAppended(queue)
      return true
    } catch (cause) {
      waiting.release(send.record.sizeBound)
      return this.#unplaced(send, cause)
    }
  }

  /** Only the caller's own partitioner can throw. */
  #unplaced(send: WaitingSend, cause: unknown): boolean {
    const message = 'the partitioner failed; it must give a partition of the topic or undefined'
    return this.#fail(send, { code: 'INVALID_PARTITION', outcome: 'rejected', message, cause })
  }

  #full(send: WaitingSend, what: string): boolean {
    this.#logFull('a send was refused for want of buffer space')
    this.#reportFull(true)
    return this.#fail(send, bufferFull(what))
  }

  #logFull(message: string): void {
    const { waiting, options } = this.#context
    const { bufferedBytes, waitingBytes } = waiting
    options.logger.warn({ bufferedBytes, waitingBytes }, message)
  }

  #reportFull(refused: boolean): void {
    const { waiting, hooks } = this.#context
    if (!hooks.has('onBufferFull')) return
    hooks.run('onBufferFull', {
      bufferedBytes: waiting.bufferedBytes,
      waitingBytes: waiting.waitingBytes,
      refused,
    })
  }

  /** @returns whether a policy takes it over, so that it counts as taken. */
  #fail(send: Pick<WaitingSend, 'record' | 'delivery' | 'place'>, failure: Failure): boolean {
    const { topic, partition } = send.record
    return this.#context.settlement.fail(send.delivery, failure, {
      topic,
      partition: send.place?.partition ?? partition,
      record: (keep) => toRecord(keep === true ? ownedCopy(send.record) : send.record),
    })
  }

  #refuse(
    delivery: Delivery,
    record: ProducerRecord,
    prepared: PreparedRecord | RecordProblem,
    failure: Failure,
  ): void {
    if (!('problem' in prepared)) {
      this.#fail({ record: prepared, delivery }, failure)
      return
    }
    this.#context.settlement.fail(delivery, failure, { topic: topicOf(record), record: () => record })
  }
}

/** A prepared record as its sender would have written it. */
export function toRecord({
  topic,
  key,
  value,
  headers,
  partition,
  timestamp,
}: PreparedRecord): ProducerRecord {
  return { topic, key, value, headers, partition, timestamp }
}

/** The topic of what may be no record at all. */
function topicOf(given: ProducerRecord | null | undefined): string {
  try {
    const topic: unknown = given?.topic
    return typeof topic === 'string' ? topic : ''
  } catch {
    // A getter of the record's own. Thrown from here, it would leave the send counted, and every flush waiting for it.
    return ''
  }
}

function bufferFull(what: string): Failure {
  const message = `${what}: records come faster than brokers take them; slow down, or raise bufferMemory or maxWaitingBytes`
  return { code: 'BUFFER_FULL', outcome: 'not-sent', retriable: true, message }
}
