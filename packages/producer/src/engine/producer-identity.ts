import { toError } from '@headwater/base'
import { decodeResponse, encodeRequest, initProducerId, kafkaError } from '@headwater/protocol'
import type { BrokerConnections } from './broker-connections.ts'
import type { SequenceOwner } from './partition-queue.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { retryBackoff } from './retry-backoff.ts'

/** What the identity tells its owner. */
export interface IdentityListener {
  /** There is an id now, or it is time to ask for one again. */
  onIdentity(): void
  /** A broker refuses ids for good; `errorCode` is Kafka's. */
  onRefused(errorCode: number): void
}

/** The producer id that brokers gave this producer (KIP-98), asked for when the first batch needs it. */
export class ProducerIdentity {
  readonly #connections: BrokerConnections
  readonly #options: ResolvedOptions
  readonly #listener: IdentityListener
  #current: SequenceOwner | undefined
  #acquiring = false
  #failures = 0
  #timer: { cancel(): void } | undefined
  #closed = false

  constructor(connections: BrokerConnections, options: ResolvedOptions, listener: IdentityListener) {
    this.#connections = connections
    this.#options = options
    this.#listener = listener
  }

  get current(): SequenceOwner | undefined {
    return this.#current
  }

  /** Asks for an id unless that is under way; the listener hears of the answer. */
  acquire(): void {
    if (this.#acquiring || this.#timer !== undefined || this.#closed) return
    this.#acquiring = true
    void this.#ask()
  }

  /** Gives an id up that brokers no longer accept, or whose epochs are used up, and asks for another. */
  renew(owner: SequenceOwner): void {
    if (this.#current?.producerId === owner.producerId) this.#current = undefined
    if (this.#current === undefined) this.acquire()
  }

  close(): void {
    this.#closed = true
    this.#timer?.cancel()
    this.#timer = undefined
  }

  async #ask(): Promise<void> {
    let errorCode: number | undefined
    try {
      const link = await this.#connections.any()
      const version = Math.min(link.pick(initProducerId), 5)
      const body = encodeRequest(initProducerId, version, { transactionalId: null, transactionTimeoutMs: 0 })
      const bytes = await link.send(initProducerId, version, body, {
        timeoutMs: this.#options.requestTimeoutMs,
      })
      const answer = decodeResponse(initProducerId, version, bytes)
      errorCode = answer.errorCode
      if (errorCode === 0) {
        this.#current = { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
      }
    } catch (thrown) {
      this.#options.logger.debug({ err: toError(thrown) }, 'no producer id yet')
    }
    this.#acquiring = false
    if (this.#closed) return
    if (errorCode === 0) {
      this.#failures = 0
      this.#listener.onIdentity()
      return
    }
    this.#failures++
    this.#timer = this.#options.clock.schedule(retryBackoff(this.#options, this.#failures), () => {
      this.#timer = undefined
      this.#listener.onIdentity()
    })
    if (errorCode !== undefined && !kafkaError(errorCode).retriable) this.#listener.onRefused(errorCode)
  }
}
