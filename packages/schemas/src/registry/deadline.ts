import type { Clock, Timer } from '@headwater/base'

/**
 * When to stop asking, on the monotonic clock. It moves while more callers come to wait for the same answer: work that
 * is shared ends with the most patient of them.
 */
export type Deadline = () => number

/** Calls `run` once a deadline has passed, wherever it has moved to until then. */
export function onDeadline(clock: Clock, deadline: Deadline, run: () => void): Timer {
  const watch = (): Timer => {
    const dueMs = deadline()
    return clock.schedule(dueMs - clock.monotonic(), () => {
      if (deadline() > dueMs) timer = watch()
      else run()
    })
  }
  let timer = watch()
  return { cancel: () => timer.cancel() }
}
