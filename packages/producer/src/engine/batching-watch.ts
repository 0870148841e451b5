import type { Clock, Logger } from '@headwater/base'
import type { Batch } from './batch.ts'
import type { HookRunner } from './hook-runner.ts'

/** What was written of one topic since its window began. */
interface Window {
  sinceMs: number
  records: number
  batches: number
  requests: number
  /** The latest request that held a batch of the topic. */
  lastRequest: number
  /** Not to be reported again before this, monotonic milliseconds. */
  quietUntilMs: number
}

/** A verdict needs as many batches: fewer may be a start, or a lull. */
const windowBatches = 1000
/** Nearly every batch holds one record. */
const poorRecordsPerBatch = 1.5
/** So many batches left in one request: as one batch, their records would have cost a fraction. */
const poorBatchesPerRequest = 8
/** One warning a topic and minute says it all. */
const quietMs = 60_000

/**
 * Notices when keys spread records over so many partitions that batching dies: what leaves together leaves as many
 * batches of one record each. A slow sender, whose requests hold one batch, is no such case. Counts, and nothing more.
 */
export class BatchingWatch {
  readonly #clock: Clock
  readonly #hooks: HookRunner
  readonly #logger: Logger
  readonly #windows = new Map<string, Window>()
  #requests = 0

  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }, hooks: HookRunner) {
    this.#clock = clock
    this.#logger = logger
    this.#hooks = hooks
  }

  /** One request was written with these batches. */
  wrote(entries: readonly { readonly batch: Batch }[]): void {
    const request = ++this.#requests
    for (const { batch } of entries) {
      if (batch.attempts > 1) continue
      const window = this.#window(batch.topic)
      window.records += batch.recordCount
      window.batches++
      if (window.lastRequest !== request) window.requests++
      window.lastRequest = request
      if (window.batches >= windowBatches) this.#judge(batch.topic, window)
    }
  }

  /** A topic is not used any more. */
  forget(topic: string): void {
    this.#windows.delete(topic)
  }

  #window(topic: string): Window {
    let window = this.#windows.get(topic)
    if (window === undefined) {
      const sinceMs = this.#clock.monotonic()
      window = { sinceMs, records: 0, batches: 0, requests: 0, lastRequest: 0, quietUntilMs: 0 }
      this.#windows.set(topic, window)
    }
    return window
  }

  #judge(topic: string, window: Window): void {
    const nowMs = this.#clock.monotonic()
    const { records, batches, requests, sinceMs } = window
    Object.assign(window, { sinceMs: nowMs, records: 0, batches: 0, requests: 0, lastRequest: 0 })
    const poor = records < poorRecordsPerBatch * batches && batches >= poorBatchesPerRequest * requests
    if (!poor || nowMs < window.quietUntilMs) return
    window.quietUntilMs = nowMs + quietMs
    const found = { topic, records, batches, requests, windowMs: nowMs - sinceMs }
    this.#logger.warn(
      found,
      'keys spread the records of a topic over so many partitions that nearly every batch holds one record; use keys with fewer values, a spread of few partitions, or lingerMs',
    )
    this.#hooks.run('onBatchingPoor', found)
  }
}
