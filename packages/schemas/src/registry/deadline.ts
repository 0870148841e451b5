import type { Clock, Timer } from '@headwater/base'
import { onAbort } from './on-abort.ts'

/**
 * When to stop asking. It moves while callers come to wait for the same answer, and go: work that is shared ends with the
 * most patient of them.
 */
export interface Deadline {
  /** On the monotonic clock. */
  at(): number
  /** Aborted once nobody waits any longer. Absent: somebody does, until the end. */
  readonly gone: AbortSignal | undefined
}

/** Calls `run` once a deadline has passed, wherever it has moved to until then. */
export function onDeadline(clock: Clock, at: () => number, run: () => void): Timer {
  const watch = (): Timer => {
    const dueMs = at()
    return clock.schedule(dueMs - clock.monotonic(), () => {
      if (at() > dueMs) timer = watch()
      else run()
    })
  }
  let timer = watch()
  return { cancel: () => timer.cancel() }
}

/** Waits, unless nobody waits for what comes then. */
export async function pause(clock: Clock, delayMs: number, gone: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = clock.schedule(delayMs, resolve)
  const forget = onAbort(gone, resolve)
  await promise
  timer.cancel()
  forget()
}
