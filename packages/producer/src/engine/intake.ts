import { batchHeaderBytes, kafkaError } from '@headwater/protocol'
import type { ProducerRecord } from '../producer-record.ts'
import type { SendOptions, SendResult } from '../producer.ts'
import { Delivery } from './delivery.ts'
import type { FlushTracker } from './flush-tracker.ts'
import type { HookRunner } from './hook-runner.ts'
import type { MetadataStore, TopicMetadata } from './metadata-store.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { ownedCopy, prepareRecord, type PreparedRecord } from './prepared-record.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { Failure, Settlement } from './settlement.ts'
import type { TopicQueues } from './topic-queues.ts'
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
  /** Something ends at this moment (monotonic milliseconds) if nothing happens before. */
  onDeadline(dueMs: number): void
  /** A delivery's signal was aborted. */
  onAbort(delivery: Delivery, cause: unknown): void
}

/** How one call wants its record to be taken. */
export interface TakeOptions extends SendOptions {
  /** Whether the send may wait for buffer space. */
  readonly wait: boolean
}

/** From the call to the batch: checks a record, waits for metadata and memory if it must, and encodes it. */
export class Intake {
  closed = false
  readonly #context: IntakeContext
  /** Kafka's latest complaint about a topic that sends wait for. */
  readonly #topicErrors = new Map<string, number>()

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
    const added = hooks.onSend(record)
    const prepared = prepareRecord(record, settings.clock.now(), added)
    const deliveryTimeoutMs = Math.min(options.deliveryTimeoutMs ?? Infinity, settings.deliveryTimeoutMs)
    const delivery = new Delivery(
      {
        startMs,
        deadlineMs: startMs + deliveryTimeoutMs,
        timestamp: 'problem' in prepared ? 0 : prepared.timestamp,
        generation: flushes.taken(),
      },
      tell,
    )
    const refusal = this.#refusal(prepared, options)
    if (refusal !== undefined || 'problem' in prepared) {
      this.#refuse(delivery, record, refusal!)
      return false
    }
    if (options.signal !== undefined) {
      const { signal } = options
      delivery.abortWith(signal, () => this.#context.onAbort(delivery, signal.reason))
    }
    this.#context.onDeadline(delivery.deadlineMs)
    const send = { record: prepared, delivery, blockedUntilMs: startMs + settings.maxBlockMs }
    return this.#admit(send, options.wait)
  }

  /** A topic is known: the sends that waited for it go on, in their order. */
  onTopic(topic: TopicMetadata): void {
    this.#topicErrors.delete(topic.name)
    for (const send of this.#context.waiting.takeTopic(topic.name)) this.#admit(send, true)
  }

  /** A topic cannot be had; what waits for it goes on waiting if that may change, else it is rejected. */
  onTopicError(topic: string, code: number): void {
    const error = kafkaError(code)
    if (error.retriable) {
      this.#topicErrors.set(topic, code)
      return
    }
    const message = `the topic ${topic} cannot be used: ${error.message}`
    for (const send of this.#context.waiting.takeTopic(topic)) {
      this.#fail(send, { code: error.name, outcome: 'rejected', message })
    }
  }

  /** Buffer space was given back: those who wait for it go on, first come first served. */
  onMemory(): void {
    const { waiting, metadata } = this.#context
    for (let send = waiting.admit(); send !== undefined; send = waiting.admit()) {
      this.#append(send, metadata.topic(send.record.topic)!)
    }
  }

  /** Why a waiting send has to give up when `maxBlockMs` is over. */
  blockedFailure(send: WaitingSend): Failure {
    const { options, metadata } = this.#context
    const { topic } = send.record
    const code = this.#topicErrors.get(topic)
    if (code !== undefined) {
      const error = kafkaError(code)
      const message = `the topic ${topic} cannot be had: ${error.message} Create it, or check its name.`
      return { code: error.name, outcome: 'not-sent', retriable: true, message }
    }
    if (metadata.topic(topic) === undefined) {
      const message = `no broker said what the topic ${topic} looks like within maxBlockMs (${options.maxBlockMs} ms)`
      return { code: 'METADATA_TIMEOUT', outcome: 'not-sent', retriable: true, message }
    }
    return bufferFull(`no buffer space within maxBlockMs (${options.maxBlockMs} ms)`)
  }

  #refusal(prepared: ReturnType<typeof prepareRecord>, options: TakeOptions): Failure | undefined {
    const { maxRequestSize, bufferMemory } = this.#context.options
    if (this.closed) {
      return {
        code: 'PRODUCER_CLOSED',
        outcome: 'not-sent',
        message: 'the producer is closed; make a new one to send',
      }
    }
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

  #admit(send: WaitingSend, wait: boolean): boolean {
    const { waiting, metadata } = this.#context
    const { record } = send
    const topic = metadata.topic(record.topic)
    if (topic === undefined || waiting.topicWanted(record.topic)) return this.#waitForTopic(send)
    if (record.partition !== undefined && record.partition >= topic.partitions.length) {
      // The topic may have grown since; only an answer to a question put after the call can refuse.
      if (topic.askedMs <= send.delivery.startMs) {
        metadata.want(record.topic)
        return this.#waitForTopic(send)
      }
      const message = `the topic ${record.topic} has no partition ${record.partition}, only 0 to ${topic.partitions.length - 1}`
      return this.#fail(send, { code: 'INVALID_PARTITION', outcome: 'rejected', message })
    }
    if (waiting.tryReserve(record.sizeBound)) return this.#append(send, topic)
    if (!wait) return this.#full(send, 'the buffer is full')
    if (!waiting.mayWait(record.sizeBound))
      return this.#full(send, 'the buffer is full and so is the room to wait')
    waiting.waitForMemory(this.#parked(send))
    this.#reportFull(false)
    return true
  }

  #waitForTopic(send: WaitingSend): boolean {
    const { waiting } = this.#context
    if (!waiting.mayWait(send.record.sizeBound))
      return this.#full(send, 'the room to wait for metadata is full')
    waiting.waitForTopic(this.#parked(send))
    return true
  }

  #parked(send: WaitingSend): WaitingSend {
    this.#context.onDeadline(send.blockedUntilMs)
    return { ...send, record: ownedCopy(send.record) }
  }

  #append(send: WaitingSend, topic: TopicMetadata): boolean {
    const { queues, waiting, options } = this.#context
    try {
      const queue = queues.append(send.record, send.delivery, topic, options.clock.monotonic())
      this.#context.onAppended(queue)
      return true
    } catch (cause) {
      // Only the caller's own partitioner can throw here.
      waiting.release(send.record.sizeBound)
      const message = 'the partitioner failed; it must give a partition of the topic or undefined'
      return this.#fail(send, { code: 'INVALID_PARTITION', outcome: 'rejected', message, cause })
    }
  }

  #full(send: WaitingSend, what: string): boolean {
    this.#reportFull(true)
    return this.#fail(send, bufferFull(what))
  }

  #reportFull(refused: boolean): void {
    const { waiting, hooks } = this.#context
    hooks.run('onBufferFull', {
      bufferedBytes: waiting.bufferedBytes,
      waitingBytes: waiting.waitingBytes,
      refused,
    })
  }

  #fail(send: WaitingSend, failure: Failure): false {
    const { topic, partition } = send.record
    this.#context.settlement.fail(send.delivery, failure, {
      topic,
      partition,
      record: () => toRecord(send.record),
    })
    return false
  }

  #refuse(delivery: Delivery, record: ProducerRecord, failure: Failure): void {
    // What was given may be no record at all.
    const topic = typeof record?.topic === 'string' ? record.topic : ''
    this.#context.settlement.fail(delivery, failure, { topic, record: () => record })
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

function bufferFull(what: string): Failure {
  const message = `${what}: records come faster than brokers take them; slow down, or raise bufferMemory or maxWaitingBytes`
  return { code: 'BUFFER_FULL', outcome: 'not-sent', retriable: true, message }
}
