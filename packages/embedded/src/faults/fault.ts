import type { FaultAction } from './fault-action.ts'
import type { FaultScope } from './fault-scope.ts'
import { seededRandom } from './seeded-random.ts'

/** How often a fault fires. */
type Frequency =
  | { readonly kind: 'times'; readonly count: number }
  | { readonly kind: 'always' }
  | { readonly kind: 'probability'; readonly share: number; readonly random: () => number }

/** A fault that was ordered: once, unless it is told otherwise. */
export class Fault {
  readonly id: number
  /** The request it is for, by Kafka's name. */
  readonly api: string
  readonly scope: FaultScope
  readonly #actions: readonly FaultAction[]
  #frequency: Frequency
  #fired = 0
  #optional = false
  #lifted = false

  constructor(id: number, api: string, scope: FaultScope, actions: readonly FaultAction[]) {
    this.id = id
    this.api = api
    this.scope = scope
    this.#actions = actions
    this.#frequency = { kind: 'times', count: actions.length }
  }

  /** How often it has fired. */
  get fired(): number {
    return this.#fired
  }

  /** Whether it has fired as often as it was ordered to; "always" asks for one time, a probability for none. */
  get spent(): boolean {
    if (this.#lifted || this.#optional || this.#frequency.kind === 'probability') return true
    return this.#fired >= (this.#frequency.kind === 'always' ? 1 : this.#frequency.count)
  }

  /** Fires for the next matching request only; the default. */
  once(): this {
    return this.times(1)
  }

  /**
   * Fires for the next `count` matching requests.
   *
   * @throws RangeError for a count that is no whole number of 1 or more
   */
  times(count: number): this {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`times: ${count} is not a count above 0`)
    this.#frequency = { kind: 'times', count: count * this.#actions.length }
    return this
  }

  /** Fires for every matching request until `faults.clear()`. */
  always(): this {
    this.#frequency = { kind: 'always' }
    return this
  }

  /**
   * Fires for a share of the matching requests, from 0 to 1, the same ones for the same seed.
   *
   * @throws RangeError for a share outside of 0 to 1
   */
  probability(share: number, seed: number): this {
    if (!(share >= 0 && share <= 1)) throw new RangeError(`probability: ${share} is not between 0 and 1`)
    this.#frequency = { kind: 'probability', share, random: seededRandom(seed) }
    return this
  }

  /** Need not fire at all for `faults.assertSpent()`. */
  maybe(): this {
    this.#optional = true
    return this
  }

  /** Takes the order back: it fires no more, and nobody asks whether it has. */
  lift(): void {
    this.#lifted = true
  }

  /** The fault in words. */
  toString(): string {
    const scope = Object.entries(this.scope).map(([name, value]) => `${name}=${value}`)
    return `fault#${this.id} on ${[this.api, ...scope].join(' ')}`
  }

  /** The action for a matching request, counted as fired; nothing when it is not its turn. */
  fire(): FaultAction | undefined {
    if (this.#lifted) return undefined
    const frequency = this.#frequency
    // Not `spent`: one that need not fire at all is spent from the beginning, and may fire nonetheless.
    if (frequency.kind === 'times' && this.#fired >= frequency.count) return undefined
    if (frequency.kind === 'probability' && frequency.random() >= frequency.share) return undefined
    return this.#actions[this.#fired++ % this.#actions.length]
  }
}
