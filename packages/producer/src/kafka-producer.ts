import { HeadwaterError } from '@headwater/base'
import { callOptions } from './engine/call-options.ts'
import { Engine } from './engine/engine.ts'
import type { Fallback } from './engine/fallback.ts'
import { checkHealth } from './engine/health-check.ts'
import type { ResolvedOptions } from './engine/resolve-options.ts'
import { longestDeliveryMs } from './engine/resolve-topics.ts'
import { takeOptions } from './engine/take-options.ts'
import { toWaitMs } from './engine/to-wait-ms.ts'
import type { ProducerHealth } from './health.ts'
import type { LinkFactory } from './link/link.ts'
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
import type { Transaction, TransactionOptions } from './transaction/transaction.ts'
import { transactionsOff } from './transaction/transaction-error.ts'

/** What callers see of the engine. */
export class KafkaProducer implements Producer {
  readonly #engine: Engine
  #refused = 0
  #closing: Promise<CloseResult> | undefined

  constructor(links: LinkFactory, options: ResolvedOptions, fallbacks: readonly Fallback[]) {
    this.#engine = new Engine(links, options, fallbacks)
  }

  send(record: ProducerRecord, options: SendOptions = {}): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      this.#engine.intake.take(record, { ...takeOptions(options), wait: true }, (result) =>
        result.error === undefined ? resolve(result.receipt) : reject(result.error),
      )
    })
  }

  trySend(record: ProducerRecord, options: TrySendOptions = {}): Promise<SendResult> {
    return new Promise((resolve) => {
      this.#engine.intake.take(record, takeOptions(options), resolve)
    })
  }

  sendMany(records: readonly ProducerRecord[], options: SendOptions = {}): Promise<SendResult[]> {
    // There is nothing that results could be told of; some that are no lists would be waited for without an end.
    if (!Array.isArray(records)) {
      const message = `sendMany takes a list of records, not ${typeof records}; a set or an iterator as [...records]`
      return Promise.reject(new HeadwaterError('INVALID_OPTIONS', message))
    }
    const taken = { ...takeOptions(options), wait: true }
    const results = Array.from<SendResult>({ length: records.length })
    let left = records.length
    if (left === 0) return Promise.resolve(results)
    return new Promise((resolve) => {
      // Counted once: whom it calls on the way may change the list.
      for (let index = 0; index < results.length; index++) {
        this.#engine.intake.take(records[index]!, taken, (result) => {
          results[index] = result
          if (--left === 0) resolve(results)
        })
      }
    })
  }

  post(record: ProducerRecord): boolean {
    const taken = this.#engine.intake.take(record, { wait: false }, undefined)
    if (!taken) this.#refused++
    return taken
  }

  async transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    if (this.#engine.transactions === undefined) throw transactionsOff()
    if (typeof work !== 'function')
      throw new HeadwaterError('INVALID_OPTIONS', `transaction takes a function, not ${typeof work}`)
    return this.#engine.transactions.run(work, callOptions('transaction', options))
  }

  async flush(
    options: { timeoutMs?: number | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    const { clock } = this.#engine.options
    const { signal } = callOptions('flush', options)
    const timeoutMs = this.#toWaitMs(options.timeoutMs)
    this.#engine.hurry(true)
    try {
      await this.#engine.flushes.wait({ clock, timeoutMs, signal })
    } finally {
      this.#engine.hurry(false)
    }
  }

  async ready(
    options: { timeoutMs?: number | undefined; maxAgeMs?: number | undefined } = {},
  ): Promise<void> {
    if (this.#engine.intake.closed) throw closedWhileWaiting()
    await this.#engine.readiness.wait(callOptions('ready', options))
  }

  async health(
    options: { timeoutMs?: number | undefined; maxAgeMs?: number | undefined } = {},
  ): Promise<ProducerHealth> {
    return checkHealth(this.#engine.health, callOptions('health', options))
  }

  close(options: { timeoutMs?: number | undefined } = {}): Promise<CloseResult> {
    if (this.#closing === undefined) {
      let timeoutMs: number
      try {
        timeoutMs = this.#toWaitMs(callOptions('close', options).timeoutMs)
      } catch (thrown) {
        return Promise.reject(thrown as HeadwaterError)
      }
      // Known as closing before anything happens: a hook that is told of it may call `close`, too.
      const { promise, resolve, reject } = Promise.withResolvers<CloseResult>()
      this.#closing = promise
      this.#close(timeoutMs).then(resolve, reject)
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
    const { latency, counts, lastDeliveredAt } = this.#engine.settlement
    return {
      state: this.#engine.state,
      delivered: counts.delivered,
      rejected: counts.rejected,
      notSent: counts.notSent,
      unknown: counts.unknown,
      deadLettered: counts.deadLettered,
      spooled: counts.spooled,
      spooledUnknown: this.#engine.spool?.uncertain ?? 0,
      spoolRecords: this.#engine.spool?.records ?? 0,
      spoolBytes: this.#engine.spool?.bytes ?? 0,
      spoolMaxBytes: this.#engine.options.onUnavailable?.maxBytes ?? 0,
      spoolOldestAgeMs: this.#engine.spool?.oldestAgeMs ?? 0,
      replayed: this.#engine.spool?.replayed.delivered ?? 0,
      replayedUnknown: this.#engine.spool?.replayed.unknown ?? 0,
      refused: this.#refused,
      retries: this.#engine.answers.retries,
      bytes: counts.bytes,
      pendingRecords: this.#engine.flushes.pending,
      bufferedBytes: this.#engine.waiting.bufferedBytes,
      bufferMemory: this.#engine.options.bufferMemory,
      waitingBytes: this.#engine.waiting.waitingBytes,
      waitingSends: this.#engine.waiting.count,
      inFlightRequests: this.#engine.sender.inFlight,
      connections: this.#engine.connections.openCount,
      latencyMs: {
        p50: latency.percentile(0.5),
        p95: latency.percentile(0.95),
        p99: latency.percentile(0.99),
        max: latency.maxMs,
      },
      lastDeliveredAt,
    }
  }

  /** How long whoever waits for records waits; by default until none can be under way any more. */
  #toWaitMs(timeoutMs: number | undefined): number {
    return toWaitMs('timeoutMs', timeoutMs ?? longestDeliveryMs(this.#engine.options))
  }

  async #close(timeoutMs: number): Promise<CloseResult> {
    this.#engine.intake.closed = true
    this.#engine.setState('closing')
    this.#engine.readiness.end(closedWhileWaiting())
    for (const fallback of this.#engine.fallbacks) fallback.closing?.()
    const undelivered: UndeliveredRecord[] = []
    this.#engine.settlement.undelivered = undelivered
    const { clock } = this.#engine.options
    const endMs = clock.monotonic() + timeoutMs
    const leftMs = (): number => Math.max(0, endMs - clock.monotonic())
    await this.#engine.transactions?.close(timeoutMs)
    try {
      await this.flush({ timeoutMs: leftMs() })
    } catch {
      // Not drained in time: what is left is handed back with its outcome.
      this.#engine.expiry.endAll(`the producer was closed and not drained within ${timeoutMs} ms`)
    }
    await Promise.all(this.#engine.fallbacks.map((fallback) => fallback.close(leftMs())))
    await this.#engine.end()
    this.#engine.settlement.undelivered = undefined
    if (undelivered.length > 0) {
      const message = 'the producer closed with records undelivered; close() has handed them back'
      this.#engine.options.logger.error({ undelivered: undelivered.length }, message)
    }
    return { undelivered }
  }
}

function closedWhileWaiting(): HeadwaterError {
  return new HeadwaterError('PRODUCER_CLOSED', 'the producer is closed')
}
