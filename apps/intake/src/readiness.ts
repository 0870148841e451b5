import type { Clock } from '@headwater/base'
import type { Producer, ProducerHooks } from '@headwater/producer'

/** Whether requests should come here, and why not. */
export type ReadinessAnswer = { readonly ready: true } | { readonly ready: false; readonly reason: string }

/** How long an acknowledgement, or a silence, counts. */
const boundMs = 10_000
const probeTimeoutMs = 2000

/**
 * Ready means: Kafka acknowledged something within the last ten seconds, or a probe (metadata and a producer id) went
 * through. An idle new process is ready; one whose brokers are gone, or whose last records met nothing but silence, is
 * not.
 */
export class Readiness {
  readonly hooks: ProducerHooks
  readonly #clock: Clock
  #acknowledgedMs: number | undefined
  #silentMs: number | undefined
  #draining = false
  #probing: Promise<ReadinessAnswer> | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    const acknowledged = (): void => {
      this.#acknowledgedMs = clock.monotonic()
      this.#silentMs = undefined
    }
    const silent = (): void => {
      this.#silentMs = clock.monotonic()
    }
    this.hooks = {
      onBatchSent: acknowledged,
      onSettled(settled) {
        // An answer that comes too late for its sender still shows that somebody is there.
        if (settled.status === 'delivered') {
          if (settled.late) acknowledged()
        } else if (settled.status === 'spooled') silent()
        else if (!settled.late && silence.has(settled.error.code)) silent()
      },
    }
  }

  /** From now on the answer is no. */
  drain(): void {
    this.#draining = true
  }

  get draining(): boolean {
    return this.#draining
  }

  async check(producer: Pick<Producer, 'ready' | 'stats'>): Promise<ReadinessAnswer> {
    if (this.#draining) return { ready: false, reason: 'draining' }
    if (this.#within(this.#silentMs)) return { ready: false, reason: 'kafka does not acknowledge' }
    if (this.#within(this.#acknowledgedMs) && producer.stats().state === 'connected') return { ready: true }
    // One probe for all who ask: a probe that hangs must not be multiplied by whoever polls.
    this.#probing ??= this.#probe(producer).finally(() => {
      this.#probing = undefined
    })
    return await this.#probing
  }

  #within(moment: number | undefined): boolean {
    return moment !== undefined && this.#clock.monotonic() - moment < boundMs
  }

  async #probe(producer: Pick<Producer, 'ready' | 'stats'>): Promise<ReadinessAnswer> {
    try {
      await producer.ready({ timeoutMs: probeTimeoutMs })
    } catch {
      return { ready: false, reason: 'kafka cannot be reached' }
    }
    // Its state knows of connections that were lost since the answer.
    const connected = producer.stats().state === 'connected'
    return connected ? { ready: true } : { ready: false, reason: 'no broker is connected' }
  }
}

/** Codes that say "nobody answered". */
const silence: ReadonlySet<string> = new Set(['DELIVERY_TIMEOUT', 'METADATA_TIMEOUT', 'BUFFER_FULL'])
