/** Clocks of two computers differ by less. */
const maxAheadMs = 300_000

/**
 * Whether a timestamp of a signature lies in the window: not older than `maxAgeMs`, and not further ahead than clocks
 * go wrong.
 *
 * @param seconds - Unix time as the provider writes it: digits alone.
 */
export function isInWindow(seconds: string, nowMs: number, maxAgeMs: number): boolean {
  if (!/^\d{1,11}$/.test(seconds)) return false
  const ageMs = nowMs - Number(seconds) * 1000
  return ageMs <= maxAgeMs && ageMs >= -maxAheadMs
}
