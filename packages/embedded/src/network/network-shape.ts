import { seededRandom } from '../faults/seeded-random.ts'

/** How the network between a broker and its clients is: it slows the way back, from broker to client. */
export interface NetworkOptions {
  /**
   * Milliseconds that every response takes longer.
   *
   * @defaultValue 0
   */
  readonly latencyMs?: number | undefined
  /**
   * Up to so many milliseconds more, another number for each response; responses stay in order.
   *
   * @defaultValue 0
   */
  readonly jitterMs?: number | undefined
  /**
   * Seed of the jitter: the same seed gives the same delays.
   *
   * @defaultValue 1
   */
  readonly seed?: number | undefined
  /**
   * How fast responses go out, each connection for itself.
   *
   * @defaultValue as fast as they can
   */
  readonly bytesPerSecond?: number | undefined
  /**
   * Cuts responses into pieces of so many bytes, which clients get one by one.
   *
   * @defaultValue whole responses, or, with `bytesPerSecond`, what goes out in 50 ms
   */
  readonly sliceBytes?: number | undefined
}

/** The part of a second after which the next piece of a slow response follows. */
const sliceSeconds = 0.05

/** A network as connections ask for it. */
export class NetworkShape {
  readonly #options: NetworkOptions
  readonly #random: () => number

  /** Throws a RangeError for numbers that mean nothing. */
  constructor(options: NetworkOptions = {}) {
    for (const name of ['latencyMs', 'jitterMs'] as const) assertAtLeast(name, options[name], 0)
    for (const name of ['bytesPerSecond', 'sliceBytes'] as const) assertAtLeast(name, options[name], 1)
    this.#options = options
    this.#random = seededRandom(options.seed ?? 1)
  }

  /** Whether responses go out as they are. */
  get plain(): boolean {
    const { latencyMs = 0, jitterMs = 0 } = this.#options
    return latencyMs === 0 && jitterMs === 0 && !this.inPieces
  }

  /** Whether responses go out piece by piece. */
  get inPieces(): boolean {
    return this.#options.bytesPerSecond !== undefined || this.#options.sliceBytes !== undefined
  }

  /** How much later the next response arrives. */
  nextDelayMs(): number {
    const { latencyMs = 0, jitterMs = 0 } = this.#options
    return latencyMs + (jitterMs === 0 ? 0 : this.#random() * jitterMs)
  }

  /** The pieces of a response, each with the time that it takes. */
  *pieces(bytes: Buffer): Iterable<{ readonly piece: Buffer; readonly takesMs: number }> {
    const { bytesPerSecond = Infinity, sliceBytes } = this.#options
    const size = Math.ceil(sliceBytes ?? bytesPerSecond * sliceSeconds)
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size)
      yield { piece, takesMs: (piece.length / bytesPerSecond) * 1000 }
    }
  }

  /** In words, for the journal. */
  toString(): string {
    const set = Object.entries(this.#options).filter(([, value]) => value !== undefined)
    return set.length === 0 ? 'as it is' : set.map(([name, value]) => `${name} ${value}`).join(', ')
  }
}

function assertAtLeast(name: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(value >= least && Number.isFinite(value)))
    throw new RangeError(`network: ${name} must be a number from ${least}, not ${value}`)
}
