import type { Clock } from '@headwater/base'
import type { Life } from './life.ts'

/** Waits `delayMs` on the clock, or until the life ends, whichever comes first; the timer never outlives either. */
export function delay(clock: Clock, delayMs: number, life: Life): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.schedule(delayMs, () => {
      forget()
      resolve()
    })
    const forget = life.onEnd(() => {
      timer.cancel()
      resolve()
    })
  })
}
