/** What of a partition the choice depends on. */
interface Led {
  readonly leaderId: number
}

/**
 * Where records go that may go anywhere: to one partition for a while, since one batch of many is cheaper than many of
 * one (KIP-480), then to another one at random, so that a slow sender reaches all (KIP-794). Partitions without a leader
 * are passed over while others have one.
 */
export class StickyPartition {
  readonly #allowed: readonly number[] | undefined
  #current = -1
  #bytes = 0

  /** @param allowed - the partitions to choose from. Default: all that the topic has. */
  constructor(allowed?: readonly number[]) {
    this.#allowed = allowed
  }

  /** The partition of the next record. */
  current(partitions: readonly Led[]): number {
    if ((partitions[this.#current]?.leaderId ?? -1) < 0) this.#moveOn(partitions)
    return this.#current
  }

  /**
   * A record went to the current partition.
   *
   * @param behindOthers - whether it opened a batch there that has to wait for others
   * @param batchSize - bytes after which it is another partition's turn
   */
  used(bytes: number, behindOthers: boolean, batchSize: number, partitions: readonly Led[]): void {
    this.#bytes += bytes
    if (behindOthers || this.#bytes >= batchSize) this.#moveOn(partitions)
  }

  #moveOn(partitions: readonly Led[]): void {
    const all = this.#allowed ?? partitions.map((_, partition) => partition)
    const others = all.filter((partition) => partition !== this.#current)
    const led = others.filter((partition) => partitions[partition]!.leaderId >= 0)
    const choice = led.length > 0 ? led : others
    this.#current = choice[Math.floor(Math.random() * choice.length)] ?? all[0] ?? 0
    this.#bytes = 0
  }
}
