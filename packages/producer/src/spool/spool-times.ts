/** Milliseconds that may lie between records that count as spooled at one time. */
const leastStepMs = 1000
/** Moments that are remembered; beyond, every second one is forgotten. */
const mostMoments = 4096

/**
 * When records were spooled, without a number for each: they are numbered in the order in which they came to the disk, so
 * one moment in a second says it of all that follow. In an outage that lasts the seconds grow, and the memory does not.
 */
export class SpoolTimes {
  /** The first record of each moment, by rising number, and the moment itself. */
  #refs: number[] = []
  #times: number[] = []
  #stepMs = leastStepMs

  /** A record is on the disk since then, milliseconds since the epoch. */
  note(ref: number, spooledAt: number): void {
    const last = this.#times.at(-1)
    if (last !== undefined && Math.abs(spooledAt - last) < this.#stepMs) return
    this.#refs.push(ref)
    this.#times.push(spooledAt)
    if (this.#refs.length <= mostMoments) return
    this.#stepMs *= 2
    this.#refs = this.#refs.filter((_, index) => index % 2 === 0)
    this.#times = this.#times.filter((_, index) => index % 2 === 0)
  }

  /** No record is on the disk any more. */
  clear(): void {
    this.#refs = []
    this.#times = []
    this.#stepMs = leastStepMs
  }

  /** Since when a record is on the disk, or a little earlier. */
  of(ref: number): number | undefined {
    return this.#times[this.#indexOf(ref)]
  }

  /** Records before this one are gone. */
  forgetBefore(ref: number): void {
    const gone = this.#indexOf(ref)
    if (gone <= 0) return
    this.#refs.splice(0, gone)
    this.#times.splice(0, gone)
  }

  #indexOf(ref: number): number {
    return this.#refs.findLastIndex((first) => first <= ref)
  }
}
