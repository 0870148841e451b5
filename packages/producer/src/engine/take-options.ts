import type { SendOptions, TrySendOptions } from '../producer.ts'
import type { Failure } from './settlement.ts'

/** How one call wants its record to be taken. */
export interface TakeOptions extends SendOptions {
  /** Whether the send may wait for buffer space. */
  readonly wait: boolean
  /** What is wrong with the call, so that its record is refused. */
  readonly problem?: string | undefined
  /** The transaction that the record is sent in, which may not take it any more. */
  readonly transaction?: { refusal(): Failure | undefined } | undefined
}

/** The options of a call, checked, and nothing of the object that the caller may use again. Never throws. */
export function takeOptions(given: TrySendOptions): TakeOptions {
  if (typeof given !== 'object' || (given as unknown) === null)
    return { wait: true, problem: `the options must be an object, not ${String(given as unknown)}` }
  const { deliveryTimeoutMs, signal, wait = true } = given
  return { deliveryTimeoutMs, signal, wait, problem: problemOf(deliveryTimeoutMs, signal, wait) }
}

/** A wait that is no number would never end. */
function problemOf(deliveryTimeoutMs: unknown, signal: unknown, wait: unknown): string | undefined {
  const isWait = typeof deliveryTimeoutMs === 'number' && deliveryTimeoutMs >= 0
  if (deliveryTimeoutMs !== undefined && !isWait) {
    const what =
      typeof deliveryTimeoutMs === 'number' ? String(deliveryTimeoutMs) : `a ${typeof deliveryTimeoutMs}`
    return `deliveryTimeoutMs must be a number of milliseconds, not ${what}`
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) return 'the signal must be an AbortSignal'
  return typeof wait === 'boolean' ? undefined : 'wait must be true or false'
}
