import type { ResolvedOptions } from './resolve-options.ts'

/**
 * Milliseconds to wait before attempt `failures + 1`: doubles with each failure up to the maximum, give or take 20 %,
 * so that clients that failed together do not come back together (Java: `ExponentialBackoff`, KIP-580). Never less than
 * one, so that a back-off of 0 is no endless loop.
 */
export function retryBackoff(
  options: Pick<ResolvedOptions, 'retryBackoffMs' | 'retryBackoffMaxMs'>,
  failures: number,
): number {
  const exponential = options.retryBackoffMs * 2 ** Math.max(0, Math.min(failures - 1, 30))
  const jitter = 0.8 + Math.random() * 0.4
  return Math.max(1, Math.min(exponential, options.retryBackoffMaxMs) * jitter)
}
