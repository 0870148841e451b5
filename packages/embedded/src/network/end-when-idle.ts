import type { Clock, Timer } from '@headwater/base'
import type { Life } from '../cluster/life.ts'

/**
 * Ends what nobody has used for a while, whatever is under way in it, as Kafka does (`Selector.IdleExpiryManager`). One
 * timer, which looks when it fires: setting it anew with each use would cost more than the use.
 *
 * @param limitMs - below 0: never.
 * @returns to be called with each use.
 */
export function endWhenIdle(
  life: Life,
  { clock, limitMs, end }: { readonly clock: Clock; readonly limitMs: number; readonly end: () => void },
): () => void {
  let usedAtMs = clock.monotonic()
  let timer: Timer | undefined
  const leftMs = (): number => usedAtMs + limitMs - clock.monotonic()
  const watch = (run: () => void): void => {
    timer = clock.schedule(leftMs(), run)
  }
  const look = (): void => {
    // What came while the process was busy is read first: it is a use, too.
    if (leftMs() > 0) watch(look)
    else setImmediate(decide)
  }
  const decide = (): void => {
    if (life.ended) return
    if (leftMs() > 0) watch(look)
    else end()
  }
  if (limitMs >= 0) {
    watch(look)
    life.onEnd(() => timer?.cancel())
  }
  return () => {
    usedAtMs = clock.monotonic()
  }
}
