import type { HealthProblemCode, Producer } from '@headwater/producer'

/** Whether requests should come here; and what is wrong, which may be less than that they should not. */
export interface ReadinessAnswer {
  readonly ready: boolean
  /** Codes alone: what the producer says of brokers is no business of whoever may ask. */
  readonly reasons: readonly (HealthProblemCode | 'DRAINING')[]
}

/** How long an acknowledgement, or a silence, counts; and how long a probe may take. */
const limits = { maxAgeMs: 10_000, timeoutMs: 2000 }

/**
 * Ready means: Kafka acknowledged something within the last ten seconds, or a probe went through. An idle new process is
 * ready; one whose brokers are gone, or whose last records met nothing but silence, is not, and neither is one that ends.
 */
export class Readiness {
  #draining = false

  /** From now on the answer is no. */
  drain(): void {
    this.#draining = true
  }

  get draining(): boolean {
    return this.#draining
  }

  async check(producer: Pick<Producer, 'health'>): Promise<ReadinessAnswer> {
    if (this.#draining) return { ready: false, reasons: ['DRAINING'] }
    const { status, problems } = await producer.health(limits)
    return { ready: status !== 'not-ready', reasons: problems.map(({ code }) => code) }
  }
}
