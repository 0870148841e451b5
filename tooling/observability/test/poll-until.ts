import { setTimeout as wait } from 'node:timers/promises'

const pollMs = 250

/** Asks again and again until it holds. @throws Error with `why()` when it does not in time. */
export async function pollUntil(
  holds: () => Promise<boolean>,
  timeoutMs: number,
  why: () => string,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`after ${timeoutMs} ms ${why()}`)
    await wait(pollMs)
  }
}
