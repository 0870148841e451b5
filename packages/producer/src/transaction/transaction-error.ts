import { HeadwaterError } from '@headwater/base'
import { DeliveryError } from '../delivery-error.ts'

/** Whether the same work may succeed in another transaction. What is unknown is no danger: nobody will see it. */
export function mayRepeat(cause: HeadwaterError): boolean {
  return cause.retriable || (cause instanceof DeliveryError && cause.outcome !== 'rejected')
}

/** There is no transactional id. */
export function transactionsOff(): HeadwaterError {
  const message = 'the producer has no transactionalId; give it one to write in transactions'
  return new HeadwaterError('TRANSACTIONS_OFF', message)
}

/** Nothing of the transaction will be seen. */
export function abortedError(cause: HeadwaterError): HeadwaterError {
  const message = `the transaction was aborted, nothing of it will be seen: ${cause.message}`
  return new HeadwaterError('TRANSACTION_ABORTED', message, { retriable: mayRepeat(cause), cause })
}

/** The coordinator has aborted it, because it was open for too long. */
export function outOfTimeError(openForMs: number, timeoutMs: number, cause: HeadwaterError): HeadwaterError {
  const message = `the transaction was open for ${Math.round(openForMs)} ms, and its coordinator aborts it after transactionTimeoutMs (${timeoutMs} ms); do less in one, or give it more time`
  return new HeadwaterError('TRANSACTION_ABORTED', message, { retriable: true, cause })
}

/** Committed or not: nobody said. */
export function unknownError(cause: HeadwaterError): HeadwaterError {
  const message = `the commit was written, and nobody said what became of it: ${cause.message}. Its records are seen as a whole or not at all; look before the work is done again`
  return new HeadwaterError('TRANSACTION_UNKNOWN', message, { cause })
}

/** Another producer has taken the transactional id over. */
export function fencedError(cause: HeadwaterError): HeadwaterError {
  const message = `a younger producer has the same transactionalId, so this one cannot write any more; close it: ${cause.message}`
  return new HeadwaterError('PRODUCER_FENCED', message, { cause })
}

/** No transaction was begun. */
export function notBegunError(cause: HeadwaterError): HeadwaterError {
  const code = cause.retriable ? 'NOT_READY' : cause.code
  const message = `no transaction could be begun: ${cause.message}`
  return new HeadwaterError(code, message, { retriable: cause.retriable, cause })
}

/** What a call rejects with that its signal gave up. */
export function abortedBySignal(signal: AbortSignal): HeadwaterError {
  return new HeadwaterError('ABORTED', 'the call was aborted', { cause: signal.reason })
}

/** Adds why the abort failed to an error that must not be hidden by that. */
export function withAbortFailure(thrown: unknown, abortFailure: HeadwaterError | undefined): unknown {
  if (
    abortFailure !== undefined &&
    typeof thrown === 'object' &&
    thrown !== null &&
    Object.isExtensible(thrown)
  ) {
    Object.defineProperty(thrown, 'abortFailure', { value: abortFailure, configurable: true, writable: true })
  }
  return thrown
}
