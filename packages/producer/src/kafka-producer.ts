import { HeadwaterError } from '@headwater/base'
import { Answers } from './engine/answers.ts'
import type { Batch } from './engine/batch.ts'
import { BatchingWatch } from './engine/batching-watch.ts'
import { BrokerConnections } from './engine/broker-connections.ts'
import { Expiry } from './engine/expiry.ts'
import type { Fallback } from './engine/fallback.ts'
import { FlushTracker } from './engine/flush-tracker.ts'
import { HookRunner } from './engine/hook-runner.ts'
import { Intake } from './engine/intake.ts'
import { MetadataStore } from './engine/metadata-store.ts'
import type { PartitionQueue, SequenceOwner } from './engine/partition-queue.ts'
import { nextEpoch, ProducerIdentity } from './engine/producer-identity.ts'
import { notReady, Readiness } from './engine/readiness.ts'
import type { ResolvedOptions } from './engine/resolve-options.ts'
import { longestDeliveryMs } from './engine/resolve-topics.ts'
import { Sender } from './engine/sender.ts'
import { Settlement } from './engine/settlement.ts'
import { TopicQueues } from './engine/topic-queues.ts'
import { WaitingSends } from './engine/waiting-sends.ts'
import type { ProducerState } from './hooks.ts'
import { LinkError, type LinkFactory } from './link/link.ts'
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
import { Spool } from './spool/spool.ts'
import type { ProducerStats } from './stats.ts'
import { Abandonment } from './transaction/abandonment.ts'
import type { Transaction, TransactionOptions } from './transaction/transaction.ts'
import { transactionsOff } from './transaction/transaction-error.ts'
import { Transactions } from './transaction/transactions.ts'

/** The parts of the engine, put together. Each part knows its own job; what connects them is all here. */
export class KafkaProducer implements Producer {
  readonly #options: ResolvedOptions
  readonly #hooks: HookRunner
  readonly #flushes = new FlushTracker()
  readonly #fallbacks: Fallback[]
  readonly #settlement: Settlement
  readonly #batching: BatchingWatch
  readonly #waiting: WaitingSends
  readonly #queues: TopicQueues
  readonly #connections: BrokerConnections
  readonly #metadata: MetadataStore
  readonly #identity: ProducerIdentity
  readonly #answers: Answers
  readonly #sender: Sender
  readonly #intake: Intake
  readonly #expiry: Expiry
  readonly #spool: Spool | undefined
  readonly #readiness: Readiness
  readonly #abandonment: Abandonment
  /** Undefined without a `transactionalId`. */
  readonly #transactions: Transactions | undefined
  #state: ProducerState = 'idle'
  #flushing = 0
  #refused = 0
  #closing: Promise<CloseResult> | undefined

  constructor(links: LinkFactory, options: ResolvedOptions, fallbacks: readonly Fallback[]) {
    this.#options = options
    this.#fallbacks = [...fallbacks]
    this.#hooks = new HookRunner(options.hooks, options.logger)
    this.#settlement = new Settlement(this.#flushes, this.#hooks, options, this.#fallbacks)
    this.#readiness = new Readiness(options, {
      hasAll: () =>
        this.#transactions?.ready ?? (!options.enableIdempotence || this.#identity.current !== undefined),
      // With acks 0 a record counts as delivered when it is written, which shows nothing of the brokers.
      acknowledgedMs: () => (options.acks === 0 ? undefined : this.#settlement.lastDeliveredMs),
      probe: () => this.#metadata.refresh(),
    })
    this.#waiting = new WaitingSends(options.bufferMemory, options.maxWaitingBytes)
    this.#queues = new TopicQueues(options)
    this.#batching = new BatchingWatch(options, this.#hooks)
    this.#connections = new BrokerConnections(links, options, {
      onOpen: () => this.#onOpen(),
      onLost: (error) => this.#onLost(error),
    })
    this.#metadata = new MetadataStore(this.#connections, options, {
      onAnswer: (askedMs) => {
        this.#readiness.proven(askedMs)
        this.#checkReadiness()
      },
      onTopic: (topic) => {
        this.#intake.onTopic(topic)
        for (const queue of this.#queues.busy(topic.name)) this.#sender.wake(queue)
      },
      onRecreated: (topic) => {
        for (const queue of this.#queues.of(topic)) queue.restart('the topic was created again')
      },
      onTopicRefused: (topic, code) => this.#intake.onTopicRefused(topic, code),
      onUnreachable: (error) => this.#onUnreachable(error),
      needs: (topic) => this.#waiting.holds(topic) || this.#queues.busy(topic).length > 0,
      onForgotten: (topic) => this.#onForgotten(topic),
    })
    this.#identity = new ProducerIdentity(this.#connections, options, {
      onIdentity: () => this.#wakeAll(),
      onDelayed: (error) => this.#readiness.failed(error),
      onRefused: (code, message) => {
        this.#readiness.failed(new HeadwaterError(code, message))
        const failure = {
          code,
          outcome: 'not-sent',
          message: `no broker gives a producer id: ${message}`,
        } as const
        this.#expiry.endUnnumbered(failure)
      },
    })
    const leaderOf = ({ topic, partition }: PartitionQueue): number | undefined =>
      this.#metadata.known(topic)?.partitions[partition]?.leaderId
    const wake = (queue: PartitionQueue): void => {
      this.#spool?.touched(queue)
      this.#sender.wake(queue)
    }
    const release = (batch: Batch): void => this.#release(batch)
    this.#answers = new Answers(options, this.#settlement, this.#hooks, {
      wake,
      release,
      applyLeader: ({ topic, partition }, leader) =>
        this.#metadata.applyLeader(topic, partition, leader.leaderId, leader.leaderEpoch),
      refreshMetadata: () => this.#metadata.refreshSoon(),
      abandon: (queue, batch) => this.#abandonment.abandon(queue, batch),
    })
    this.#sender = new Sender(options, this.#connections, this.#answers, {
      leaderOf,
      hurry: () => this.#flushing > 0 || this.#intake.closed || this.#waiting.memoryWanted,
      onNoLeader: () => this.#metadata.refreshSoon(),
      admits: (queue) => this.#transactions?.admits(queue) ?? true,
      renewOwner: (queue) => this.#renewOwner(queue),
      onWrite: (entries) => this.#batching.wrote(entries),
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
      onMemoryWanted: () => this.#wakeAll(),
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
      obstacleOf: (queue) => this.#connections.failureOf(leaderOf(queue)),
    })
    this.#spool = this.#makeSpool()
    this.#abandonment = new Abandonment({
      settlement: this.#settlement,
      waiting: this.#waiting,
      queues: this.#queues,
      intake: this.#intake,
      release,
    })
    this.#transactions = options.transactionalId === undefined ? undefined : this.#makeTransactions()
  }

  send(record: ProducerRecord, options: SendOptions = {}): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      this.#intake.take(record, { ...options, wait: true }, (result) =>
        result.error === undefined ? resolve(result.receipt) : reject(result.error),
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

  async transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    if (this.#transactions === undefined) throw transactionsOff()
    return this.#transactions.run(work, options)
  }

  async flush(
    options: { timeoutMs?: number | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    const { clock } = this.#options
    this.#flushing++
    this.#wakeAll()
    try {
      await this.#flushes.wait({
        clock,
        timeoutMs: options.timeoutMs ?? longestDeliveryMs(this.#options),
        signal: options.signal,
      })
    } finally {
      this.#flushing--
    }
  }

  async ready(
    options: { timeoutMs?: number | undefined; maxAgeMs?: number | undefined } = {},
  ): Promise<void> {
    if (this.#intake.closed) throw closedWhileWaiting()
    await this.#readiness.wait(options)
  }

  close(options: { timeoutMs?: number | undefined } = {}): Promise<CloseResult> {
    if (this.#closing === undefined) {
      // Known as closing before anything happens: a hook that is told of it may call `close`, too.
      const { promise, resolve, reject } = Promise.withResolvers<CloseResult>()
      this.#closing = promise
      this.#close(options.timeoutMs ?? longestDeliveryMs(this.#options)).then(resolve, reject)
    }
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Who closed by hand has been given the undelivered records; they must not be thrown at the end of the scope, too.
    const handedBack = this.#closing !== undefined
    const { undelivered } = await this.close()
    if (undelivered.length > 0 && !handedBack) {
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
      deadLettered: counts.deadLettered,
      spooled: counts.spooled,
      spooledUnknown: this.#spool?.uncertain ?? 0,
      spoolRecords: this.#spool?.records ?? 0,
      spoolBytes: this.#spool?.bytes ?? 0,
      replayed: this.#spool?.replayed.delivered ?? 0,
      replayedUnknown: this.#spool?.replayed.unknown ?? 0,
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
    this.#readiness.end(closedWhileWaiting())
    for (const fallback of this.#fallbacks) fallback.closing?.()
    const undelivered: UndeliveredRecord[] = []
    this.#settlement.undelivered = undelivered
    const { clock } = this.#options
    const endMs = clock.monotonic() + timeoutMs
    const leftMs = (): number => Math.max(0, endMs - clock.monotonic())
    await this.#transactions?.close(timeoutMs)
    try {
      await this.flush({ timeoutMs: leftMs() })
    } catch {
      // Not drained in time: what is left is handed back with its outcome.
      this.#expiry.endAll(`the producer was closed and not drained within ${timeoutMs} ms`)
    }
    await Promise.all(this.#fallbacks.map((fallback) => fallback.close(leftMs())))
    this.#expiry.stop()
    this.#sender.close()
    this.#metadata.close()
    this.#identity.close()
    await this.#connections.close()
    this.#setState('closed')
    return { undelivered }
  }

  #makeSpool(): Spool | undefined {
    const spool = this.#options.onUnavailable
    if (spool === undefined) return undefined
    const made = new Spool({
      options: this.#options,
      spool,
      hooks: this.#hooks,
      intake: this.#intake,
      expiry: this.#expiry,
      queues: this.#queues,
      waiting: this.#waiting,
    })
    // Before the others: what cannot be sent cannot be sent elsewhere in the cluster, either.
    this.#fallbacks.unshift(made)
    this.#intake.backlog = made
    return made
  }

  #makeTransactions(): Transactions {
    return new Transactions({
      options: this.#options,
      connections: this.#connections,
      hooks: this.#hooks,
      intake: this.#intake,
      abandonment: this.#abandonment,
      hurry: (on) => {
        this.#flushing += on ? 1 : -1
        if (on) this.#wakeAll()
      },
      wake: (queue) => this.#sender.wake(queue),
      forget: (topic) => this.#dropTopic(topic),
      answered: () => this.#sender.answered(),
      onPrepared: (error) => {
        if (error === undefined) this.#checkReadiness()
        else if (error.retriable) this.#readiness.failed(error)
        else this.#readiness.end(notReady(`because ${error.message}`, error))
      },
    })
  }

  /** Numbers for a partition: those of the current id, or of the next epoch after a gap. */
  #renewOwner(queue: PartitionQueue): boolean {
    if (this.#transactions !== undefined) {
      // With a transactional id only the coordinator raises epochs, and not while a transaction is open.
      this.#transactions.onGap(queue)
      return false
    }
    const { owner, gap, topic, partition } = queue
    const next = owner === undefined || queue.ownerRefused ? undefined : nextEpoch(owner)
    const renewed = next ?? this.#currentOwner(owner)
    if (renewed === undefined) return false
    queue.renew(renewed)
    if (owner !== undefined) {
      const reason = gap ?? 'the epochs of its id are used up'
      this.#hooks.run('onProducerIdRenewed', { topic, partition, reason, ...renewed })
    }
    return true
  }

  /** The id that brokers gave, unless it is the one that will not do; then, or if there is none, one is asked for. */
  #currentOwner(unfit: SequenceOwner | undefined): SequenceOwner | undefined {
    if (unfit !== undefined) this.#identity.renew(unfit)
    if (this.#identity.current === undefined) this.#identity.acquire()
    return this.#identity.current
  }

  /** Nothing is known of a topic any more, and none of its records are left. */
  #onForgotten(topic: string): void {
    if (this.#transactions !== undefined) return this.#transactions.forget(topic)
    for (const { owner } of this.#queues.of(topic)) if (owner !== undefined) this.#identity.retire(owner)
    this.#dropTopic(topic)
  }

  #dropTopic(topic: string): void {
    this.#queues.forget(topic)
    this.#batching.forget(topic)
  }

  #release(batch: Batch): void {
    this.#waiting.release(batch.reservedBytes)
    batch.reservedBytes = 0
    this.#intake.onMemory()
  }

  #onOpen(): void {
    this.#setState('connected')
    this.#sender.schedule()
  }

  #onLost(error: Error): void {
    this.#readiness.failed(error)
    if (this.#connections.openCount === 0) {
      this.#readiness.lost()
      this.#setState('disconnected', error)
    }
    // Leaders may have moved; and whoever waits for this connection must try again.
    this.#metadata.refreshSoon()
    this.#sender.schedule()
  }

  /** Whoever waits for the producer to be ready wants an id, too: the first, and again when a broker had none to give. */
  #checkReadiness(): void {
    if (this.#readiness.wanted && this.#transactions !== undefined) this.#transactions.prepare()
    else if (this.#readiness.wanted && this.#options.enableIdempotence) this.#currentOwner(undefined)
    this.#readiness.changed()
  }

  #onUnreachable(error: Error): void {
    this.#readiness.failed(error)
    if (!(error instanceof LinkError) || error.retriable) return
    // Wrong credentials do not get better by waiting; who has nothing yet should hear of it now.
    const message = `the brokers refuse the connection: ${error.message}`
    this.#readiness.end(notReady(`because ${message}`, error))
    this.#expiry.endWaiting({ code: 'CONNECTION_REFUSED', outcome: 'not-sent', message, cause: error })
  }

  #wakeAll(): void {
    for (const queue of this.#queues.allBusy()) this.#sender.wake(queue)
    this.#checkReadiness()
  }

  #setState(to: ProducerState, reason?: Error): void {
    const from = this.#state
    if (from === to || from === 'closed' || (from === 'closing' && to !== 'closed')) return
    this.#state = to
    this.#hooks.run('onStateChange', { from, to, reason })
  }
}

function closedWhileWaiting(): HeadwaterError {
  return new HeadwaterError('PRODUCER_CLOSED', 'the producer is closed')
}
