/** A leader epoch and the offset of its first record. */
export interface LeaderEpochStart {
  readonly epoch: number
  readonly startOffset: bigint
}

/** Where a leader epoch ends: in Kafka's words, the last offset of an epoch. */
export interface LeaderEpochEnd {
  /** The newest epoch that is not newer than the one that was asked for; -1 where that one is not known yet. */
  readonly leaderEpoch: number
  readonly endOffset: bigint
}

const unknown: LeaderEpochEnd = { leaderEpoch: -1, endOffset: -1n }

/** Which leader wrote which part of a log (`LeaderEpochFileCache`, KIP-101). */
export class LeaderEpochs {
  #starts: LeaderEpochStart[] = []

  /** A leader begins to write. One before it that wrote nothing is forgotten. */
  begin(epoch: number, startOffset: bigint): void {
    this.#starts = this.#starts.filter((known) => known.startOffset < startOffset)
    this.#starts.push({ epoch, startOffset })
  }

  /** Where an epoch ends in a log with these bounds. */
  endOf(epoch: number, logStartOffset: bigint, logEndOffset: bigint): LeaderEpochEnd {
    const newest = this.#starts.at(-1)
    if (newest === undefined || epoch > newest.epoch || epoch < 0) return unknown
    if (epoch === newest.epoch) return { leaderEpoch: epoch, endOffset: logEndOffset }
    const next = this.#starts.findIndex((known) => known.epoch > epoch)
    const endOffset = this.#starts[next]!.startOffset
    return {
      leaderEpoch: this.#starts[next - 1]?.epoch ?? epoch,
      endOffset: endOffset > logStartOffset ? endOffset : logStartOffset,
    }
  }
}
