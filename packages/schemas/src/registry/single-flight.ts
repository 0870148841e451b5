import type { Clock } from '@headwater/base'
import { assertAwaited, gaveUp } from './abortable.ts'
import { onDeadline, type Deadline } from './deadline.ts'
import { onAbort } from './on-abort.ts'
import { RegistryError } from './registry-error.ts'

interface Flight {
  readonly call: Promise<unknown>
  readonly waiting: Set<Deadline>
  newest: Deadline
  /** Aborted when the last of them has left. */
  readonly left: AbortController
}

/** Calls for the same thing at the same time become one: a hundred cold callers are one request. */
export class SingleFlight {
  readonly #running = new Map<string, Flight>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Joins the call that runs under this key, or starts it. The call may go on until the last deadline of those who wait
   * for it; each of them waits until its own.
   */
  async run<Value>(
    key: string,
    until: Deadline,
    start: (deadline: Deadline) => Promise<Value>,
  ): Promise<Value> {
    assertAwaited(until.gone)
    const running = this.#running.get(key)
    // One whose time is over is about to end with that error, which would not be true of this caller.
    const isJoined = running !== undefined && isOutlasted(running, this.#clock.monotonic())
    const flight = isJoined ? running : this.#start(key, until, start)
    flight.waiting.add(until)
    flight.newest = until
    return this.#waitFor(flight, until) as Promise<Value>
  }

  #start(key: string, until: Deadline, start: (deadline: Deadline) => Promise<unknown>): Flight {
    const waiting = new Set([until])
    const left = new AbortController()
    const call = start({ at: () => latest(waiting), gone: left.signal }).finally(() => {
      if (this.#running.get(key) === flight) this.#running.delete(key)
    })
    const flight: Flight = { call, waiting, newest: until, left }
    this.#running.set(key, flight)
    return flight
  }

  async #waitFor(flight: Flight, until: Deadline): Promise<unknown> {
    const { call, waiting, left } = flight
    const { gone } = until
    const over = Promise.withResolvers<never>()
    const timer = onDeadline(
      this.#clock,
      () => until.at(),
      () => {
        // What nobody waits for any longer ends by itself, with an error that says more.
        if (isOutlasted(flight, until.at())) over.reject(overtime())
      },
    )
    const forget = onAbort(gone, () => over.reject(gaveUp(gone!)))
    try {
      return await Promise.race([call, over.promise])
    } finally {
      timer.cancel()
      forget()
      waiting.delete(until)
      if (waiting.size === 0) left.abort()
    }
  }
}

function latest(waiting: ReadonlySet<Deadline>): number {
  let latestMs = -Infinity
  for (const deadline of waiting) latestMs = Math.max(latestMs, deadline.at())
  return latestMs
}

/** Who came last is asked first: with many who wait, each of them looking at all the others would take minutes. */
function isOutlasted({ waiting, newest }: Flight, endMs: number): boolean {
  if (waiting.has(newest) && newest.at() > endMs) return true
  for (const deadline of waiting) if (deadline.at() > endMs) return true
  return false
}

function overtime(): RegistryError {
  const message =
    'The time of the call was over before the schema registry answered; another call still waits for the same answer'
  return new RegistryError('REGISTRY_TIMEOUT', message)
}
