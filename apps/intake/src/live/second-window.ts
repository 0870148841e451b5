import type { Clock } from '@headwater/base'

/** Percentiles of what was measured within the window, in milliseconds, within 5 %; all 0 of nothing. */
export interface WindowPercentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** How many values they are of. */
  readonly count: number
}

/** How far the page looks back. */
const windowSeconds = 60

/** Bounds grow by this factor: a percentile is that much too large at most. */
const growth = 1.05
/** The first bound, in milliseconds; the last is above a minute. */
const firstBoundMs = 0.1
const boundCount = 280

interface Second {
  /** Which second since the start it holds; a place in the ring is used again after its time. */
  second: number
  readonly counts: Map<string, number>
  readonly latencies: Uint32Array
}

/**
 * What happened in each of the last 60 seconds: events by channel, and how long they took. Its size does not depend on
 * how much happens; recording is two additions.
 */
export class SecondWindow {
  readonly #clock: Clock
  // One more than is shown: the second that is under way.
  readonly #ring: readonly Second[] = Array.from({ length: windowSeconds + 1 }, () => ({
    second: -1,
    counts: new Map<string, number>(),
    latencies: new Uint32Array(boundCount),
  }))

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param durationMs - of the request that brought the events; `undefined` is not measured. */
  record(channel: string, events: number, durationMs: number | undefined): void {
    const { counts, latencies } = this.#current()
    counts.set(channel, (counts.get(channel) ?? 0) + events)
    if (durationMs === undefined) return
    const bound = boundOf(durationMs)
    latencies[bound] = (latencies[bound] ?? 0) + 1
  }

  /** Events of a channel in each of the last 60 whole seconds, the oldest first. */
  perSecond(channel: string): readonly number[] {
    const now = this.#now()
    return Array.from({ length: windowSeconds }, (_, i) => {
      const second = now - windowSeconds + i
      return this.#held(second)?.counts.get(channel) ?? 0
    })
  }

  /** Percentiles of the last 60 seconds and the one under way. */
  percentiles(): WindowPercentiles {
    const sums = Array.from({ length: boundCount }, () => 0)
    const now = this.#now()
    for (let second = now - windowSeconds; second <= now; second++) {
      const held = this.#held(second)
      if (held === undefined) continue
      for (let i = 0; i < boundCount; i++) sums[i] = (sums[i] ?? 0) + (held.latencies[i] ?? 0)
    }
    const count = sums.reduce((sum, each) => sum + each, 0)
    const at = (share: number): number => valueAt(sums, Math.ceil(share * count))
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), count }
  }

  #now(): number {
    return Math.floor(this.#clock.monotonic() / 1000)
  }

  #place(second: number): Second | undefined {
    return this.#ring[second % this.#ring.length]
  }

  #held(second: number): Second | undefined {
    const place = second < 0 ? undefined : this.#place(second)
    return place?.second === second ? place : undefined
  }

  #current(): Second {
    const now = this.#now()
    // The remainder of a whole number is always a place.
    const place = this.#place(now) as Second
    if (place.second !== now) {
      place.second = now
      place.counts.clear()
      place.latencies.fill(0)
    }
    return place
  }
}

function boundOf(durationMs: number): number {
  if (!(durationMs > firstBoundMs)) return 0
  return Math.min(boundCount - 1, Math.ceil(Math.log(durationMs / firstBoundMs) / Math.log(growth)))
}

/** The value that so many do not exceed (nearest rank), rounded to a tenth. */
function valueAt(sums: readonly number[], rank: number): number {
  if (rank === 0) return 0
  let seen = 0
  const bound = sums.findIndex((count) => (seen += count) >= rank)
  return Math.round(firstBoundMs * growth ** bound * 10) / 10
}
