import { HeadwaterError } from '@headwater/base'
import { Answers } from './answers.ts'
import type { Batch } from './batch.ts'
import { BatchingWatch } from './batching-watch.ts'
import { BrokerConnections } from './broker-connections.ts'
import type { Delivery } from './delivery.ts'
import { Expiry } from './expiry.ts'
import type { Fallback } from './fallback.ts'
import { FlushTracker } from './flush-tracker.ts'
import type { HealthContext } from './health-check.ts'
import { HookRunner } from './hook-runner.ts'
import { Intake } from './intake.ts'
import { limitLines } from './limit-lines.ts'
import { MetadataStore } from './metadata-store.ts'
import type { PartitionQueue, SequenceOwner } from './partition-queue.ts'
import { nextEpoch, ProducerIdentity } from './producer-identity.ts'
import { notReady, Readiness } from './readiness.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { Sender } from './sender.ts'
import { Settlement } from './settlement.ts'
import { TopicQueues } from './topic-queues.ts'
import { WaitingSends } from './waiting-sends.ts'
import type { ProducerState } from '../hooks.ts'
import { LinkError, type LinkFactory } from '../link/link.ts'
import { Spool } from '../spool/spool.ts'
import { Abandonment } from '../transaction/abandonment.ts'
import { Transactions } from '../transaction/transactions.ts'

/** The parts of the engine, put together. Each part knows its own job; what connects them is all here. */
export class Engine {
  readonly options: ResolvedOptions
  readonly #hooks: HookRunner
  readonly flushes: FlushTracker = new FlushTracker()
  readonly fallbacks: Fallback[]
  readonly settlement: Settlement
  readonly #batching: BatchingWatch
  readonly waiting: WaitingSends
  readonly #queues: TopicQueues
  readonly connections: BrokerConnections
  readonly #metadata: MetadataStore
  readonly #identity: ProducerIdentity
  readonly answers: Answers
  readonly sender: Sender
  readonly intake: Intake
  readonly expiry: Expiry
  readonly spool: Spool | undefined
  readonly readiness: Readiness
  readonly #abandonment: Abandonment
  /** Undefined without a `transactionalId`. */
  readonly transactions: Transactions | undefined
  readonly health: HealthContext
  state: ProducerState = 'idle'
  /** How many want open batches to leave at once. */
  #hurried = 0

  constructor(links: LinkFactory, given: ResolvedOptions, fallbacks: readonly Fallback[]) {
    const options = { ...given, logger: limitLines(given.logger, given.clock) }
    this.options = options
    this.fallbacks = [...fallbacks]
    this.#hooks = new HookRunner(options)
    this.settlement = new Settlement(this.flushes, this.#hooks, options, this.fallbacks)
    this.readiness = new Readiness(options, {
      hasAll: () =>
        this.transactions?.ready ?? (!options.enableIdempotence || this.#identity.current !== undefined),
      // With acks 0 a record counts as delivered when it is written, which shows nothing of the brokers.
      acknowledgedMs: () => (options.acks === 0 ? undefined : this.settlement.lastDeliveredMs),
      probe: () => this.#metadata.refresh(),
    })
    this.waiting = new WaitingSends(options.bufferMemory, options.maxWaitingBytes)
    this.#queues = new TopicQueues(options)
    this.#batching = new BatchingWatch(options, this.#hooks)
    this.connections = new BrokerConnections(links, options, {
      onOpen: () => this.#onOpen(),
      onLost: (error) => this.#onLost(error),
    })
    this.#metadata = new MetadataStore(this.connections, options, {
      onAnswer: (askedMs) => {
        this.readiness.proven(askedMs)
        this.#checkReadiness()
      },
      onTopic: (topic) => {
        this.intake.onTopic(topic)
        for (const queue of this.#queues.busy(topic.name)) this.sender.wake(queue)
      },
      onRecreated: (topic) => {
        for (const queue of this.#queues.of(topic)) queue.restart('the topic was created again')
      },
      onTopicRefused: (topic, code) => this.intake.onTopicRefused(topic, code),
      onUnreachable: (error) => this.#onUnreachable(error),
      needs: (topic) => this.waiting.holds(topic) || this.#queues.busy(topic).length > 0,
      onForgotten: (topic) => this.#onForgotten(topic),
    })
    this.#identity = new ProducerIdentity(this.connections, options, {
      onIdentity: () => this.#wakeAll(),
      onDelayed: (error) => this.readiness.failed(error),
      onRefused: (code, message) => {
        this.readiness.failed(new HeadwaterError(code, message))
        const failure = {
          code,
          outcome: 'not-sent',
          message: `no broker gives a producer id: ${message}`,
        } as const
        this.expiry.endUnnumbered(failure)
      },
    })
    const leaderOf = ({ topic, partition }: PartitionQueue): number | undefined =>
      this.#metadata.known(topic)?.partitions[partition]?.leaderId
    const wake = (queue: PartitionQueue): void => {
      this.spool?.touched(queue)
      this.sender.wake(queue)
    }
    const release = (batch: Batch): void => this.#release(batch)
    this.answers = new Answers(options, this.settlement, this.#hooks, {
      wake,
      release,
      applyLeader: ({ topic, partition }, leader) =>
        this.#metadata.applyLeader(topic, partition, leader.leaderId, leader.leaderEpoch),
      refreshMetadata: () => this.#metadata.refreshSoon(),
      addressOf: (brokerId) => this.connections.addressOf(brokerId),
      abandon: (queue, batch) => this.#abandonment.abandon(queue, batch),
    })
    this.sender = new Sender(options, this.connections, this.answers, {
      leaderOf,
      hurry: () => this.#hurried > 0 || this.intake.closed || this.waiting.memoryWanted,
      onNoLeader: ({ topic, partition }) => {
        options.logger.warn(
          { topic, partition },
          'a partition has no leader that can be reached; its records wait',
        )
        this.#metadata.refreshSoon()
      },
      admits: (queue) => this.transactions?.admits(queue) ?? true,
      renewOwner: (queue) => this.#renewOwner(queue),
      onWrite: (entries) => this.#batching.wrote(entries),
      onEmpty: (queue, batch) => {
        queue.remove(batch)
        batch.state = 'done'
        this.#release(batch)
      },
    })
    this.intake = new Intake({
      options,
      flushes: this.flushes,
      hooks: this.#hooks,
      settlement: this.settlement,
      waiting: this.waiting,
      queues: this.#queues,
      metadata: this.#metadata,
      onAppended: wake,
      onMemoryWanted: () => this.#wakeAll(),
      onDeadline: (dueMs) => this.expiry.watch(dueMs),
      onAbort: (delivery, cause) => this.expiry.abort(delivery, cause),
    })
    this.expiry = new Expiry({
      options,
      settlement: this.settlement,
      waiting: this.waiting,
      queues: this.#queues,
      intake: this.intake,
      metadata: this.#metadata,
      release,
      wake,
      obstacleOf: (queue) => this.connections.failureOf(leaderOf(queue)),
    })
    this.spool = this.#makeSpool()
    this.#abandonment = new Abandonment({
      settlement: this.settlement,
      waiting: this.waiting,
      queues: this.#queues,
      intake: this.intake,
      release,
    })
    this.transactions = options.transactionalId === undefined ? undefined : this.#makeTransactions()
    this.health = {
      options,
      readiness: this.readiness,
      closed: () => this.intake.closed,
      fenced: () => this.transactions?.fenced,
      oldestPendingMs: () => this.#oldestPendingMs(),
      silentMs: () => this.settlement.lastSilentMs,
      acknowledgedMs: () => this.settlement.lastDeliveredMs,
      bufferedBytes: () => this.waiting.bufferedBytes,
      spooledRecords: () => this.spool?.records ?? 0,
    }
  }

  /** Somebody wants open batches to leave at once, or does not any more. */
  hurry(on: boolean): void {
    this.#hurried += on ? 1 : -1
    if (on) this.#wakeAll()
  }

  /** The producer's state changes, but never back once it closes. */
  setState(to: ProducerState, reason?: Error): void {
    const from = this.state
    if (from === to || from === 'closed' || (from === 'closing' && to !== 'closed')) return
    this.state = to
    this.#hooks.run('onStateChange', { from, to, reason })
  }

  /** Ends all parts; nothing is left of them. */
  async end(): Promise<void> {
    this.expiry.stop()
    this.sender.close()
    this.#metadata.close()
    this.#identity.close()
    await this.connections.close()
    this.setState('closed')
  }

  #makeSpool(): Spool | undefined {
    const spool = this.options.onUnavailable
    if (spool === undefined) return undefined
    const made = new Spool({
      options: this.options,
      spool,
      hooks: this.#hooks,
      intake: this.intake,
      expiry: this.expiry,
      queues: this.#queues,
      waiting: this.waiting,
      metadata: this.#metadata,
    })
    // Before the others: what cannot be sent cannot be sent elsewhere in the cluster, either.
    this.fallbacks.unshift(made)
    this.intake.backlog = made
    return made
  }

  #makeTransactions(): Transactions {
    return new Transactions({
      options: this.options,
      connections: this.connections,
      hooks: this.#hooks,
      intake: this.intake,
      abandonment: this.#abandonment,
      hurry: (on) => this.hurry(on),
      wake: (queue) => this.sender.wake(queue),
      forget: (topic) => this.#dropTopic(topic),
      answered: () => this.sender.answered(),
      onPrepared: (error) => {
        if (error === undefined) this.#checkReadiness()
        else if (error.retriable) this.readiness.failed(error)
        else this.readiness.end(notReady(`because ${error.message}`, error))
      },
    })
  }

  /** Looked for when it is asked for: so that records cost nothing for it. */
  #oldestPendingMs(): number | undefined {
    let oldestMs: number | undefined
    const consider = (delivery: Delivery | undefined): void => {
      if (delivery !== undefined && delivery.startMs < (oldestMs ?? Infinity)) oldestMs = delivery.startMs
    }
    for (const { unsettled, pending } of this.#queues.allBusy())
      for (const { deliveries } of [...unsettled, ...pending])
        consider(deliveries.find(({ settled }) => !settled))
    for (const { delivery } of this.waiting.all()) consider(delivery)
    return oldestMs
  }

  /** Numbers for a partition: those of the current id, or of the next epoch after a gap. */
  #renewOwner(queue: PartitionQueue): boolean {
    if (this.transactions !== undefined) {
      // With a transactional id only the coordinator raises epochs, and not while a transaction is open.
      this.transactions.onGap(queue)
      return false
    }
    const { owner, gap, topic, partition } = queue
    const next = owner === undefined || queue.ownerRefused ? undefined : nextEpoch(owner)
    const renewed = next ?? this.#currentOwner(owner)
    if (renewed === undefined) return false
    queue.renew(renewed)
    if (owner !== undefined) {
      const reason = gap ?? 'the epochs of its id are used up'
      const message = 'a partition goes on under another producer id or epoch'
      this.options.logger.warn({ topic, partition, reason }, message)
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
    if (this.transactions !== undefined) return this.transactions.forget(topic)
    for (const { owner } of this.#queues.of(topic)) if (owner !== undefined) this.#identity.retire(owner)
    this.#dropTopic(topic)
  }

  #dropTopic(topic: string): void {
    this.#queues.forget(topic)
    this.#batching.forget(topic)
  }

  #release(batch: Batch): void {
    this.waiting.release(batch.reservedBytes)
    batch.reservedBytes = 0
    this.intake.onMemory()
  }

  #onOpen(): void {
    this.setState('connected')
    this.sender.schedule()
  }

  #onLost(error: Error): void {
    this.readiness.failed(error)
    if (this.connections.openCount === 0) {
      this.readiness.lost()
      this.setState('disconnected', error)
    }
    // Leaders may have moved; and whoever waits for this connection must try again.
    this.#metadata.refreshSoon()
    this.sender.schedule()
  }

  /** Whoever waits for the producer to be ready wants an id, too: the first, and again when a broker had none to give. */
  #checkReadiness(): void {
    if (this.readiness.wanted && this.transactions !== undefined) this.transactions.prepare()
    else if (this.readiness.wanted && this.options.enableIdempotence) this.#currentOwner(undefined)
    this.readiness.changed()
  }

  #onUnreachable(error: Error): void {
    this.readiness.failed(error)
    if (!(error instanceof LinkError) || error.retriable) return
    // Wrong credentials do not get better by waiting; who has nothing yet should hear of it now.
    const message = `the brokers refuse the connection: ${error.message}`
    this.readiness.end(notReady(`because ${message}`, error))
    this.expiry.endWaiting({ code: 'CONNECTION_REFUSED', outcome: 'not-sent', message, cause: error })
  }

  #wakeAll(): void {
    for (const queue of this.#queues.allBusy()) this.sender.wake(queue)
    this.#checkReadiness()
  }
}
