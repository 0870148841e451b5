/** Numbers of the first piece: most rows hold few records. */
const leastPiece = 16
/** Numbers of a piece at the most: what stays empty at the end of a long row. */
const mostPiece = 4096

/**
 * A queue of numbers that takes 8 bytes for each: a spool has one or two for every record on the disk. An array takes
 * three times as much as soon as it holds anything but numbers, which is what it would when the first of them leaves.
 */
export class NumberFifo {
  readonly #pieces: Float64Array[] = []
  /** Where the oldest stands in the first piece, and where the next one goes in the last. */
  #head = 0
  #tail = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  push(number: number): void {
    let last = this.#pieces.at(-1)
    if (last === undefined || this.#tail === last.length) {
      last = new Float64Array(Math.min(mostPiece, Math.max(leastPiece, this.#length)))
      this.#pieces.push(last)
      this.#tail = 0
    }
    last[this.#tail++] = number
    this.#length++
  }

  peek(): number | undefined {
    return this.#length === 0 ? undefined : this.#pieces[0]![this.#head]
  }

  shift(): number | undefined {
    const first = this.peek()
    if (first === undefined) return undefined
    this.#length--
    if (++this.#head === this.#pieces[0]!.length || this.#length === 0) {
      this.#pieces.shift()
      this.#head = 0
    }
    return first
  }

  *[Symbol.iterator](): Generator<number> {
    let left = this.#length
    let at = this.#head
    for (const piece of this.#pieces) {
      for (; at < piece.length && left > 0; left--) yield piece[at++]!
      at = 0
    }
  }
}
