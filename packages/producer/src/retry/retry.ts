import { HeadwaterError, type Clock } from '@headwater/base'
import { catchRejection } from '../catch-rejection.ts'
import { warnOfCallback } from '../warn-of-callback.ts'
import { resolveRetryPolicy } from './resolve-retry-policy.ts'
import { retryDelayMs } from './retry-delay.ts'
import type { FailedAttempt, RetryEnd, RetryPolicy, RetryReport } from './retry-policy.ts'

/** A timer waits no longer than this. */
const maxTimerMs = 0x7fffffff

/**
 * Does something again when it fails, after a delay that doubles: for calls of services, and for sends whose outcome is
 * `not-sent`. The producer retries within `deliveryTimeoutMs` by itself, so this is for what is longer than that.
 *
 * Resolves with what `attempt` resolves with. When it gives up it throws the last error as it is, with a property
 * `retry` ({@link RetryReport}).
 *
 * @param attempt - what to do; it is given the number of the attempt, from 1
 * @throws whatever the last attempt threw; HeadwaterError `ABORTED` when the signal was aborted before the first, and
 * `INVALID_OPTIONS` for a policy that cannot work.
 */
export async function retry<Value>(
  attempt: (attempt: number) => Value | PromiseLike<Value>,
  policy: RetryPolicy = {},
): Promise<Value> {
  const settings = resolveRetryPolicy(policy)
  const { clock, signal, maxRetries, maxElapsedMs } = settings
  const { mayRetry, tell } = guarded(settings)
  const isAborted = (): boolean => signal?.aborted === true
  if (isAborted())
    throw new HeadwaterError('ABORTED', 'the signal was aborted before the first attempt', {
      cause: signal?.reason,
    })
  const startMs = clock.monotonic()
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt(attempts)
    } catch (error) {
      const elapsedMs = clock.monotonic() - startMs
      const failed = { error, attempt: attempts, elapsedMs }
      const giveUp = (stoppedBy: RetryEnd): unknown => report(error, { attempts, elapsedMs, stoppedBy })
      if (!(await mayRetry(failed))) throw giveUp('not-repeatable')
      if (attempts > maxRetries) throw giveUp('max-retries')
      const delayMs = Math.min(retryDelayMs(settings, attempts - 1, Math.random()), maxTimerMs)
      if (clock.monotonic() - startMs + delayMs > maxElapsedMs) throw giveUp('max-elapsed')
      if (isAborted()) throw giveUp('aborted')
      tell({ ...failed, delayMs })
      if (!(await wait(delayMs, clock, signal))) throw giveUp('aborted')
    }
  }
}

/**
 * The policy's own functions. Whatever becomes of them, what `attempt` threw is what the caller must hear of, so that
 * theirs goes to the warnings of the process.
 */
function guarded({ shouldRetry, onRetry }: ReturnType<typeof resolveRetryPolicy>): {
  readonly mayRetry: (failed: FailedAttempt) => Promise<boolean>
  readonly tell: typeof onRetry
} {
  const warnOfDecision = warnOfCallback('shouldRetry, which then says no,')
  const warnOfTelling = warnOfCallback('onRetry')
  return {
    mayRetry: async (failed) => {
      try {
        return await shouldRetry(failed)
      } catch (thrown) {
        warnOfDecision(thrown)
        return false
      }
    },
    tell: (failed) => {
      try {
        catchRejection(onRetry(failed), warnOfTelling)
      } catch (thrown) {
        warnOfTelling(thrown)
      }
    },
  }
}

/** Waits; `false` when the signal was aborted before the end. */
function wait(delayMs: number, clock: Clock, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (whole: boolean): void => {
      timer.cancel()
      signal?.removeEventListener('abort', abort)
      resolve(whole)
    }
    const abort = (): void => done(false)
    const timer = clock.schedule(delayMs, () => done(true))
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted === true) abort()
  })
}

/** Says how often it was tried, without putting another error before the one that matters. */
function report(error: unknown, retry: RetryReport): unknown {
  if (typeof error === 'object' && error !== null && Object.isExtensible(error))
    Object.defineProperty(error, 'retry', { value: retry, configurable: true, enumerable: true })
  return error
}
