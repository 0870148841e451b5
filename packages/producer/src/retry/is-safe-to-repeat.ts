/** Errors that only say that somebody else gave up, and keep the real one as their cause. */
const wrappers: ReadonlySet<string> = new Set(['KafkaJSNumberOfRetriesExceeded'])

/** A cause may be its own, in the end. */
const maxDepth = 32

/**
 * Whether what failed like this can be done again without a risk: it was not done, and time may help.
 *
 * - An error with an `outcome` (a `DeliveryError`) must have `not-sent`, and be retriable. Where a record is `unknown`,
 *   a repeat may double it; what is `rejected` was refused for as long as `deliveryTimeoutMs` allowed.
 * - Any other error must say `retriable: true`. That a transaction was aborted (`TRANSACTION_ABORTED`) is enough, whatever
 *   became of its records: nobody will see them.
 *
 * An error that says neither is looked through to its cause, and so is kafkajs's `KafkaJSNumberOfRetriesExceeded`, which
 * says `retriable: false` of itself. Of several errors in an `AggregateError` all must be safe.
 */
export function isSafeToRepeat(error: unknown): boolean {
  return isSafe(error, maxDepth)
}

function isSafe(error: unknown, depth: number): boolean {
  if (typeof error !== 'object' || error === null || depth === 0) return false
  const { name, outcome, retriable, errors, cause } = error as Readonly<Record<string, unknown>>
  if (outcome !== undefined) return outcome === 'not-sent' && retriable === true
  if (isAbortedTransaction(error)) return retriable === true
  if (typeof retriable === 'boolean' && !wrappers.has(String(name)))
    return retriable && !isInDoubt(cause, depth - 1)
  if (Array.isArray(errors)) return errors.length > 0 && errors.every((one) => isSafe(one, depth - 1))
  return isSafe(cause, depth - 1)
}

/** Whether a record's outcome somewhere behind an error forbids what the error itself allows. */
function isInDoubt(error: unknown, depth: number): boolean {
  if (typeof error !== 'object' || error === null || depth === 0) return false
  const { outcome, cause } = error as Readonly<Record<string, unknown>>
  if (outcome !== undefined) return outcome !== 'not-sent'
  return !isAbortedTransaction(error) && isInDoubt(cause, depth - 1)
}

/** Whether it says of a whole transaction, and not of a record in it, that nothing of it will be seen. */
function isAbortedTransaction(error: object): boolean {
  const { code, outcome } = error as Readonly<Record<string, unknown>>
  return code === 'TRANSACTION_ABORTED' && outcome === undefined
}
