import type { KafkaErrorName } from '@headwater/protocol'
import type { FaultAction } from './fault-action.ts'
import type { Fault } from './fault.ts'
import { Gate } from './gate.ts'
import type { FaultableApi, LegalError } from './legal-errors.ts'

/** One step of a script. */
export type FaultStep<Api extends FaultableApi> =
  | 'pass'
  | 'loseRequest'
  | 'loseResponse'
  | { readonly reply: LegalError<Api> }
  | { readonly applyThenReply: LegalError<Api> }
  | { readonly delayRequestMs: number }
  | { readonly delayResponseMs: number }
  | { readonly throttleMs: number }

/** An error that Kafka never answers this request with, on purpose. */
export interface UncheckedError {
  readonly unchecked: true
}

/** What shall go wrong: each verb places the order, for one matching request unless the {@link Fault} is told otherwise. */
export class FaultOrder<Api extends FaultableApi> {
  readonly #place: (actions: readonly FaultAction[]) => Fault

  constructor(place: (actions: readonly FaultAction[]) => Fault) {
    this.#place = place
  }

  /** Refuses: the entries that the scope names are not applied and get this error. */
  reply(error: LegalError<Api>): Fault
  /** Refuses with an error that Kafka never gives here. */
  reply(error: KafkaErrorName, unchecked: UncheckedError): Fault
  reply(error: KafkaErrorName, _unchecked?: UncheckedError): Fault {
    return this.#place([{ kind: 'reply', error }])
  }

  /** Applies, and then says that it failed. */
  applyThenReply(error: LegalError<Api>): Fault
  /** The same with an error that Kafka never gives here. */
  applyThenReply(error: KafkaErrorName, unchecked: UncheckedError): Fault
  applyThenReply(error: KafkaErrorName, _unchecked?: UncheckedError): Fault {
    return this.#place([{ kind: 'applyThenReply', error }])
  }

  /** Drops the request unread and cuts the connection: nothing is applied. */
  loseRequest(): Fault {
    return this.#place([{ kind: 'loseRequest' }])
  }

  /** Applies the request and cuts the connection instead of answering. */
  loseResponse(): Fault {
    return this.#place([{ kind: 'loseResponse' }])
  }

  /** Lets the request arrive late; it is applied then even if its client has hung up meanwhile. */
  delayRequest(ms: number): Fault {
    return this.#place([{ kind: 'delayRequest', ms }])
  }

  /** Answers late. */
  delayResponse(ms: number): Fault {
    return this.#place([{ kind: 'delayResponse', ms }])
  }

  /**
   * Answers at once, says how long the client should wait, and takes nothing more from its connection meanwhile
   * (KIP-219), as a quota does.
   */
  throttle(ms: number): Fault {
    return this.#place([{ kind: 'throttle', ms }])
  }

  /** Sends so many bytes of the response, its size prefix included, and cuts the connection. */
  cutResponseAfter(bytes: number): Fault {
    return this.#place([{ kind: 'cutResponseAfter', bytes }])
  }

  /** Holds the next matching request before it is applied. */
  hold(): Gate {
    const gate = new Gate()
    this.#place([{ kind: 'hold', gate }])
    return gate
  }

  /** Holds the next matching request when it is applied but not answered. */
  holdBeforeReply(): Gate {
    const gate = new Gate()
    this.#place([{ kind: 'holdBeforeReply', gate }])
    return gate
  }

  /** One step for each matching request, in order. */
  script(steps: readonly FaultStep<Api>[]): Fault {
    return this.#place(steps.map(toAction))
  }
}

function toAction<Api extends FaultableApi>(step: FaultStep<Api>): FaultAction {
  if (typeof step === 'string') return { kind: step }
  if ('reply' in step) return { kind: 'reply', error: step.reply }
  if ('applyThenReply' in step) return { kind: 'applyThenReply', error: step.applyThenReply }
  if ('throttleMs' in step) return { kind: 'throttle', ms: step.throttleMs }
  if ('delayRequestMs' in step) return { kind: 'delayRequest', ms: step.delayRequestMs }
  return { kind: 'delayResponse', ms: step.delayResponseMs }
}
