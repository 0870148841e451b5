/** Writes times for PromQL. */
export interface TimeScale {
  /** A duration for a range, an offset or `for`: `5m`. */
  range(seconds: number): string
  /** The same as a number of seconds, to compare ages with: `300`. */
  seconds(seconds: number): string
}

const units: readonly (readonly [ms: number, unit: string])[] = [
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
  [1, 'ms'],
]

/**
 * Times as they are written for production, times a factor.
 *
 * @param factor - 1 for production; 1/60 makes minutes seconds, so that a test sees alerts fire and resolve.
 */
export function createTimeScale(factor: number): TimeScale {
  const toMs = (seconds: number): number => Math.round(seconds * factor * 1000)
  return {
    range(seconds) {
      const ms = toMs(seconds)
      const [size, unit] = units.find(([each]) => ms % each === 0) ?? [1, 'ms']
      return `${ms / size}${unit}`
    },
    seconds: (seconds) => String(toMs(seconds) / 1000),
  }
}
