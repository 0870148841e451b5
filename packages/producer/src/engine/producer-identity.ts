import { HeadwaterError, toError } from '@headwater/base'
import { decodeResponse, encodeRequest, errorCode, initProducerId, kafkaError } from '@headwater/protocol'
import type { DeliveryErrorCode } from '../delivery-error.ts'
import type { BrokerConnections } from './broker-connections.ts'
import { LinkError } from '../link/link.ts'
import type { SequenceOwner } from './partition-queue.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { retryBackoff } from './retry-backoff.ts'

/** What the identity tells its owner. */
export interface IdentityListener {
  /** There is an id now, or it is time to ask for one again. */
  onIdentity(): void
  /** No id this time; it is asked for again. */
  onDelayed(error: Error): void
  /** A broker refuses ids, and asking again will not help. */
  onRefused(code: DeliveryErrorCode, message: string): void
}

/** The newest version that this was written for. */
const newestInitProducerId = 5

/** Highest epoch that a producer id can have (KIP-360); then it needs another id. */
const maxProducerEpoch = 32767

/** The epoch after this one, if there is one. */
export function nextEpoch({ producerId, producerEpoch }: SequenceOwner): SequenceOwner | undefined {
  return producerEpoch >= maxProducerEpoch ? undefined : { producerId, producerEpoch: producerEpoch + 1 }
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

  /**
   * The numbering of a partition is forgotten. Were it to start again under the same epoch, brokers would take new
   * batches for doubles of old ones; so whatever starts from now on does so under a higher epoch.
   */
  retire(owner: SequenceOwner): void {
    const current = this.#current
    if (current?.producerId !== owner.producerId || current.producerEpoch > owner.producerEpoch) return
    this.#current = nextEpoch(owner)
  }

  close(): void {
    this.#closed = true
    this.#timer?.cancel()
    this.#timer = undefined
  }

  async #ask(): Promise<void> {
    let refusal: { readonly code: DeliveryErrorCode; readonly message: string } | undefined
    let acquired = false
    try {
      const link = await this.#connections.any()
      const version = Math.min(link.pick(initProducerId), newestInitProducerId)
      const body = encodeRequest(initProducerId, version, { transactionalId: null, transactionTimeoutMs: 0 })
      const bytes = await link.send(initProducerId, version, body, {
        timeoutMs: this.#options.requestTimeoutMs,
      })
      const answer = decodeResponse(initProducerId, version, bytes)
      if (answer.errorCode === 0) {
        this.#current = { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
        acquired = true
      } else {
        const { name, message, retriable } = kafkaError(answer.errorCode)
        const hint =
          answer.errorCode === errorCode.CLUSTER_AUTHORIZATION_FAILED
            ? ' Grant IdempotentWrite, or switch enableIdempotence off.'
            : ''
        if (!retriable) refusal = { code: name, message: message + hint }
        else this.#listener.onDelayed(new HeadwaterError(name, `no producer id yet: ${message}`))
      }
    } catch (thrown) {
      this.#listener.onDelayed(toError(thrown))
      if (thrown instanceof LinkError && !thrown.retriable)
        refusal = { code: 'CONNECTION_REFUSED', message: thrown.message }
    }
    this.#acquiring = false
    if (this.#closed) return
    if (acquired) {
      this.#failures = 0
      this.#listener.onIdentity()
      return
    }
    this.#failures++
    this.#timer = this.#options.clock.schedule(retryBackoff(this.#options, this.#failures), () => {
      this.#timer = undefined
      this.#listener.onIdentity()
    })
    if (refusal !== undefined) this.#listener.onRefused(refusal.code, refusal.message)
  }
}
