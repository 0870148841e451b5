/** Smaller buffers come from a pool of Node's own, whose memory they share. */
const leastBytes = 8192
/** The share of `bufferMemory` that may lie idle here. */
const idleShare = 1 / 8

/**
 * Buffers of acknowledged batches, for batches to come. After an outage every byte of `bufferMemory` is written once
 * more for those who waited; without this the old bytes would wait for the garbage collector meanwhile, beside the new.
 */
export class BatchBuffers {
  readonly #bytes: number
  readonly #most: number
  readonly #idle: Buffer[] = []

  constructor({ batchSize, bufferMemory }: { readonly batchSize: number; readonly bufferMemory: number }) {
    this.#bytes = batchSize
    this.#most = batchSize < leastBytes ? 0 : Math.max(1, Math.floor((bufferMemory * idleShare) / batchSize))
  }

  /** What a batch begins with that will probably take so many bytes: a buffer for a large one, if there is one. */
  take(capacity: number): Buffer | number {
    // A topic may have larger batches than the others: a buffer that must grow saves nothing.
    const fits = capacity * 2 > this.#bytes && capacity <= this.#bytes
    return fits ? (this.#idle.pop() ?? capacity) : capacity
  }

  /** Takes a buffer back that nobody reads or writes any more. */
  give(buffer: Buffer): void {
    if (buffer.length === this.#bytes && this.#idle.length < this.#most) this.#idle.push(buffer)
  }
}
