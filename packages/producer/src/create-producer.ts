import { HeadwaterError, toError } from '@headwater/base'
import { errorCode, kafkaError } from '@headwater/protocol'
import { Answers } from './engine/answers.ts'
import type { Batch } from './engine/batch.ts'
import { BrokerConnections } from './engine/broker-connections.ts'
import { Expiry } from './engine/expiry.ts'
import { FlushTracker } from './engine/flush-tracker.ts'
import { HookRunner } from './engine/hook-runner.ts'
import { Intake } from './engine/intake.ts'
import { MetadataStore } from './engine/metadata-store.ts'
import type { PartitionQueue } from './engine/partition-queue.ts'
import { ProducerIdentity } from './engine/producer-identity.ts'
import { resolveOptions, type ResolvedOptions } from './engine/resolve-options.ts'
import { Sender } from './engine/sender.ts'
import { Settlement } from './engine/settlement.ts'
import { TopicQueues } from './engine/topic-queues.ts'
import { WaitingSends } from './engine/waiting-sends.ts'
import type { ProducerState } from './hooks.ts'
import { LinkError, type LinkFactory } from './link/link.ts'
import { createKafkajsLinks } from './link/kafkajs-links.ts'
import type { ProducerOptions } from './producer-options.ts'
import type { ProducerRecord } from './producer-record.ts'
import type {
  CloseResult,
  Producer,
  SendOptions,
  SendResult,
  TrySendOptions,
  UndeliveredRecord,
} from './producer.ts'
import type { Receipt } from './receipt.ts'
import type { ProducerStats } from './stats.ts'

/**
 * Makes a producer. Nothing is connected until the first send, or `ready()`.
 *
 * @throws HeadwaterError `INVALID_OPTIONS`, naming every option that cannot work.
 */
export function createProducer(options: ProducerOptions): Producer {
  const resolved = resolveOptions(options)
  return new KafkaProducer(linksOf(options, resolved), resolved)
}

function linksOf(options: ProducerOptions, resolved: ResolvedOptions): LinkFactory {
  if ('links' in options) return options.links
  const { logger, clock } = resolved
  return createKafkajsLinks(options, { logger, clock })
}

/** Highest epoch that a producer id can have (KIP-360); then it needs another id. */
const maxProducerEpoch = 32767

/** The parts of the engine, put together. Each part knows its own job; what connects them is all here. */
class KafkaProducer implements Producer {
  readonly #options: ResolvedOptions
  readonly #hooks: HookRunner
  readonly #flushes = new FlushTracker()
  readonly #settlement: Settlement
  readonly #waiting: WaitingSends
  readonly #queues: TopicQueues
  readonly #connections: BrokerConnections
  readonly #metadata: MetadataStore
  readonly #identity: ProducerIdentity
  readonly #answers: Answers
  readonly #sender: Sender
  readonly #intake: Intake
  readonly #expiry: Expiry
  readonly #onChange = new Set<() => void>()
  #state: ProducerState = 'idle'
  #flushing = 0
  #refused = 0
  #closing: Promise<CloseResult> | undefined
  #lastFailure: Error | undefined

  constructor(links: LinkFactory, options: ResolvedOptions) {
    this.#options = options
    this.#hooks = new HookRunner(options.hooks, options.logger)
    this.#settlement = new Settlement(this.#flushes, this.#hooks, options)
    this.#waiting = new WaitingSends(options.bufferMemory, options.maxWaitingBytes)
    this.#queues = new TopicQueues(options)
    this.#connections = new BrokerConnections(links, options, {
      onOpen: () => this.#onOpen(),
      onLost: (error) => this.#onLost(error),
    })
    this.#metadata = new MetadataStore(this.#connections, options, {
      onAnswer: () => this.#changed(),
      onTopic: (topic) => {
        this.#intake.onTopic(topic)
        for (const queue of this.#queues.busy(topic.name)) this.#sender.wake(queue)
      },
      onTopicError: (topic, code) => this.#intake.onTopicError(topic, code),
      onUnreachable: (error) => this.#onUnreachable(error),
    })
    this.#identity = new ProducerIdentity(this.#connections, options, {
      onIdentity: () => this.#wakeAll(),
      onRefused: (code) => this.#onIdentityRefused(code),
    })
    const wake = (queue: PartitionQueue): void => this.#sender.wake(queue)
    const release = (batch: Batch): void => this.#release(batch)
    this.#answers = new Answers(options, this.#settlement, this.#hooks, {
      wake,
      wakeAt: (queue, dueMs) => this.#sender.wakeAt(queue, dueMs),
      release,
      applyLeader: ({ topic, partition }, leader) =>
        this.#metadata.applyLeader(topic, partition, leader.leaderId, leader.leaderEpoch),
      refreshMetadata: () => this.#metadata.refreshSoon(),
    })
    this.#sender = new Sender(options, this.#connections, this.#answers, {
      leaderOf: ({ topic, partition }) => this.#metadata.topic(topic)?.partitions[partition]?.leaderId,
      hurry: () => this.#flushing > 0 || this.#closing !== undefined || this.#waiting.memoryWanted,
      onNoLeader: () => this.#metadata.refreshSoon(),
      renewOwner: (queue) => this.#renewOwner(queue),
      onEmpty: (queue, batch) => {
        queue.remove(batch)
        batch.state = 'done'
        this.#release(batch)
      },
    })
    this.#intake = new Intake({
      options,
      flushes: this.#flushes,
      hooks: this.#hooks,
      settlement: this.#settlement,
      waiting: this.#waiting,
      queues: this.#queues,
      metadata: this.#metadata,
      onAppended: wake,
      onDeadline: (dueMs) => this.#expiry.watch(dueMs),
      onAbort: (delivery, cause) => this.#expiry.abort(delivery, cause),
    })
    this.#expiry = new Expiry({
      options,
      settlement: this.#settlement,
      waiting: this.#waiting,
      queues: this.#queues,
      intake: this.#intake,
      metadata: this.#metadata,
      release,
      wake,
    })
  }

  send(record: ProducerRecord, options: SendOptions = {}): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      this.#intake.take(record, { ...options, wait: true }, (result) =>
        result.status === 'delivered' ? resolve(result.receipt) : reject(result.error),
      )
    })
  }

  trySend(record: ProducerRecord, options: TrySendOptions = {}): Promise<SendResult> {
    return new Promise((resolve) => {
      this.#intake.take(record, { ...options, wait: options.wait ?? true }, resolve)
    })
  }

  sendMany(records: readonly ProducerRecord[], options: SendOptions = {}): Promise<SendResult[]> {
    const results = Array.from<SendResult>({ length: records.length })
    let left = records.length
    if (left === 0) return Promise.resolve(results)
    return new Promise((resolve) => {
      for (const [index, record] of records.entries()) {
        this.#intake.take(record, { ...options, wait: true }, (result) => {
          results[index] = result
          if (--left === 0) resolve(results)
        })
      }
    })
  }

  post(record: ProducerRecord): boolean {
    const taken = this.#intake.take(record, { wait: false }, undefined)
    if (!taken) this.#refused++
    return taken
  }

  async flush(
    options: { timeoutMs?: number | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    const timeoutMs = options.timeoutMs ?? this.#options.deliveryTimeoutMs
    this.#flushing++
    this.#wakeAll()
    try {
      await new Promise<void>((resolve, reject) => {
        const stop = (code: string, what: string, cause?: unknown): void => {
          finish()
          reject(
            new HeadwaterError(code, `${what} with ${flush.left()} records left`, { retriable: true, cause }),
          )
        }
        const timer = this.#options.clock.schedule(timeoutMs, () =>
          stop('FLUSH_TIMEOUT', `the flush was not done within ${timeoutMs} ms,`),
        )
        const onAbort = (): void => stop('ABORTED', 'the flush was aborted', options.signal?.reason)
        const finish = (): void => {
          timer.cancel()
          options.signal?.removeEventListener('abort', onAbort)
          flush.cancel()
        }
        const flush = this.#flushes.start(() => {
          // Called at once when nothing is pending, before `finish` can name the flush.
          queueMicrotask(() => {
            finish()
            resolve()
          })
        })
        options.signal?.addEventListener('abort', onAbort, { once: true })
        if (options.signal?.aborted === true) onAbort()
      })
    } finally {
      this.#flushing--
    }
  }

  async ready(options: { timeoutMs?: number | undefined } = {}): Promise<void> {
    const timeoutMs = options.timeoutMs ?? this.#options.maxBlockMs
    if (!this.#isReady()) this.#metadata.refresh()
    await new Promise<void>((resolve, reject) => {
      const done = (settle: () => void): void => {
        timer.cancel()
        this.#onChange.delete(check)
        settle()
      }
      const timer = this.#options.clock.schedule(timeoutMs, () => {
        const message = `the producer is not ready after ${timeoutMs} ms: ${this.#lastFailure?.message ?? 'no broker has answered yet'}`
        done(() =>
          reject(new HeadwaterError('NOT_READY', message, { retriable: true, cause: this.#lastFailure })),
        )
      })
      const check = (): void => {
        if (this.#closing !== undefined) {
          done(() => reject(new HeadwaterError('PRODUCER_CLOSED', 'the producer is closed')))
          return
        }
        if (this.#metadata.ready && this.#options.enableIdempotence && this.#identity.current === undefined) {
          this.#identity.acquire()
        }
        if (this.#isReady()) done(resolve)
      }
      this.#onChange.add(check)
      check()
    })
  }

  close(options: { timeoutMs?: number | undefined } = {}): Promise<CloseResult> {
    this.#closing ??= this.#close(options.timeoutMs ?? this.#options.deliveryTimeoutMs)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { undelivered } = await this.close()
    if (undelivered.length > 0) {
      const error = new HeadwaterError(
        'UNDELIVERED',
        `the producer closed with ${undelivered.length} records undelivered; they are in the error's undelivered`,
      )
      throw Object.assign(error, { undelivered })
    }
  }

  stats(): ProducerStats {
    const { latency, counts, lastDeliveredAt } = this.#settlement
    return {
      state: this.#state,
      delivered: counts.delivered,
      rejected: counts.rejected,
      notSent: counts.notSent,
      unknown: counts.unknown,
      refused: this.#refused,
      retries: this.#answers.retries,
      bytes: counts.bytes,
      pendingRecords: this.#flushes.pending,
      bufferedBytes: this.#waiting.bufferedBytes,
      waitingBytes: this.#waiting.waitingBytes,
      waitingSends: this.#waiting.count,
      inFlightRequests: this.#sender.inFlight,
      connections: this.#connections.openCount,
      latencyMs: {
        p50: latency.percentile(0.5),
        p95: latency.percentile(0.95),
        p99: latency.percentile(0.99),
        max: latency.maxMs,
      },
      lastDeliveredAt,
    }
  }

  async #close(timeoutMs: number): Promise<CloseResult> {
    this.#intake.closed = true
    this.#setState('closing')
    this.#changed()
    const undelivered: UndeliveredRecord[] = []
    this.#settlement.undelivered = undelivered
    try {
      await this.flush({ timeoutMs })
    } catch {
      // Not drained in time: what is left is handed back with its outcome.
      this.#expiry.endAll(`the producer was closed and not drained within ${timeoutMs} ms`)
    }
    this.#expiry.stop()
    this.#sender.close()
    this.#metadata.close()
    this.#identity.close()
    await this.#connections.close()
    this.#setState('closed')
    return { undelivered }
  }

  /** Numbers for a partition: those of the current id, or of the next epoch after a gap. */
  #renewOwner(queue: PartitionQueue): boolean {
    const { owner, gap } = queue
    const exhausted = owner !== undefined && owner.producerEpoch >= maxProducerEpoch
    if (owner !== undefined && !queue.ownerRefused && !exhausted) {
      queue.renew({ ...owner, producerEpoch: owner.producerEpoch + 1 })
    } else {
      const { current } = this.#identity
      if (current === undefined) this.#identity.acquire()
      else if (owner !== undefined && current.producerId === owner.producerId) this.#identity.renew(owner)
      if (this.#identity.current === undefined) return false
      queue.renew(this.#identity.current)
    }
    if (owner !== undefined) {
      const { topic, partition } = queue
      this.#hooks.run('onProducerIdRenewed', {
        topic,
        partition,
        reason: gap ?? 'epochs are used up',
        ...queue.owner!,
      })
    }
    return true
  }

  #release(batch: Batch): void {
    this.#waiting.release(batch.reservedBytes)
    batch.reservedBytes = 0
    this.#intake.onMemory()
  }

  #onOpen(): void {
    this.#setState('connected')
    this.#sender.schedule()
    this.#changed()
  }

  #onLost(error: Error): void {
    this.#lastFailure = error
    if (this.#connections.openCount === 0) this.#setState('disconnected', error)
    // Leaders may have moved; and whoever waits for this connection must try again.
    this.#metadata.refreshSoon()
    this.#sender.schedule()
  }

  #onUnreachable(error: Error): void {
    this.#lastFailure = error
    if (!(error instanceof LinkError) || error.retriable) return
    // Wrong credentials do not get better by waiting; sends that have nothing yet should hear of it now.
    const message = `the brokers refuse the connection: ${error.message}`
    this.#expiry.endWaiting({ code: 'CONNECTION_REFUSED', outcome: 'not-sent', message, cause: error })
  }

  #onIdentityRefused(code: number): void {
    const error = kafkaError(code)
    this.#lastFailure = new HeadwaterError(error.name, error.message)
    const hint =
      code === errorCode.CLUSTER_AUTHORIZATION_FAILED
        ? ' Grant IdempotentWrite, or switch enableIdempotence off.'
        : ''
    const message = `no broker gives a producer id: ${error.message}${hint}`
    this.#expiry.endUnsent({ code: error.name, outcome: 'not-sent', message })
  }

  #isReady(): boolean {
    return this.#metadata.ready && (!this.#options.enableIdempotence || this.#identity.current !== undefined)
  }

  #wakeAll(): void {
    for (const queue of this.#queues.allBusy()) this.#sender.wake(queue)
    this.#changed()
  }

  #changed(): void {
    for (const check of this.#onChange) check()
  }

  #setState(to: ProducerState, reason?: Error): void {
    const from = this.#state
    if (from === to || from === 'closed' || (from === 'closing' && to !== 'closed')) return
    this.#state = to
    try {
      this.#hooks.run('onStateChange', { from, to, reason })
    } catch (thrown) {
      this.#options.logger.error({ err: toError(thrown) }, 'a state change could not be reported')
    }
  }
}
