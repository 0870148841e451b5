import type { Clock } from '@headwater/base'
import type { RetryJitter } from './retry-delay.ts'

/** An attempt that failed. */
export interface FailedAttempt {
  /** What was thrown. */
  readonly error: unknown
  /** Which attempt it was, from 1. */
  readonly attempt: number
  /** Milliseconds since the first attempt began. */
  readonly elapsedMs: number
}

/** How often, how soon and what {@link retry} repeats. */
export interface RetryPolicy {
  /** Attempts after the first one; `Infinity` only with `maxElapsedMs` or a signal. @defaultValue 3 */
  readonly maxRetries?: number | undefined
  /** Milliseconds before the first retry, jitter aside; doubles with each. @defaultValue 1000 */
  readonly baseDelayMs?: number | undefined
  /** Milliseconds before a retry at the most. @defaultValue 60000 */
  readonly maxDelayMs?: number | undefined
  /** How the delays of many callers are spread, so that they do not come back together. @defaultValue `'equal'` */
  readonly jitter?: RetryJitter | undefined
  /** Milliseconds after which no attempt is begun any more. @defaultValue Infinity */
  readonly maxElapsedMs?: number | undefined
  /**
   * Whether to try again. It decides alone: who repeats a send whose outcome is `unknown` may write a record twice.
   * One that fails says no, and the process is warned (`process.on('warning')`). Default: {@link isSafeToRepeat}.
   */
  readonly shouldRetry?: ((failed: FailedAttempt) => boolean | PromiseLike<boolean>) | undefined
  /** Told of every retry before its delay; not waited for. When it fails the process is warned. Default: nobody. */
  readonly onRetry?: ((failed: FailedAttempt & { readonly delayMs: number }) => void) | undefined
  /** Ends the waiting; an attempt that is under way is the caller's to abort. */
  readonly signal?: AbortSignal | undefined
  /** Default: the computer's clock. */
  readonly clock?: Clock | undefined
}

/** Why {@link retry} gave up. */
export type RetryEnd = 'not-repeatable' | 'max-retries' | 'max-elapsed' | 'aborted'

/** What {@link retry} says of the error that it gives up with, as that error's property `retry`. */
export interface RetryReport {
  /** Attempts made, the first one included. */
  readonly attempts: number
  /** Milliseconds from the beginning of the first attempt to the end of the last. */
  readonly elapsedMs: number
  readonly stoppedBy: RetryEnd
}
