/**
 * How a delay is spread: `equal`: half of it to all of it; `full`: nothing to all of it; `none`: all of it (for one
 * caller alone; many would come back together).
 */
export type RetryJitter = 'equal' | 'full' | 'none'

/** The least and the most of a delay, as shares of it. */
export const jitterShares: Readonly<Record<RetryJitter, readonly [least: number, most: number]>> = {
  equal: [0.5, 1],
  full: [0, 1],
  none: [1, 1],
}

/** Beyond this the base has doubled past every delay that a timer can wait. */
const maxDoublings = 62

/**
 * Milliseconds before retry `retries + 1`: the base, doubled with each retry, up to the maximum, and then its jitter.
 *
 * @param random - a number from 0 to 1
 */
export function retryDelayMs(
  {
    baseDelayMs,
    maxDelayMs,
    jitter,
  }: { readonly baseDelayMs: number; readonly maxDelayMs: number; readonly jitter: RetryJitter },
  retries: number,
  random: number,
): number {
  const delayMs = Math.min(baseDelayMs * 2 ** Math.min(retries, maxDoublings), maxDelayMs)
  const [least, most] = jitterShares[jitter]
  return delayMs * (least + (most - least) * random)
}
