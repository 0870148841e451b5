import { RequestFailed } from './request-failed.ts'

/** Bytes of the size before each frame. */
const prefixBytes = 4

/**
 * Cuts a stream into Kafka's frames. Bytes are kept as they came and put together once per frame, so that a slow or
 * a lying sender costs no more memory than it has sent.
 */
export class FrameSplitter {
  readonly #maxFrameBytes: number
  #chunks: Buffer[] = []
  #bufferedBytes = 0
  /** Size of the frame that is under way; undefined until its prefix is there. */
  #frameBytes: number | undefined

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes
  }

  /** Bytes that wait for the rest of their frame, or for {@link FrameSplitter.next}. */
  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bufferedBytes += chunk.length
  }

  /** The next whole frame without its prefix. Throws for a size that is negative or over the limit. */
  next(): Buffer | undefined {
    if (this.#frameBytes === undefined) {
      if (this.#bufferedBytes < prefixBytes) return undefined
      const size = this.#take(prefixBytes).readInt32BE(0)
      if (size < 0 || size > this.#maxFrameBytes) {
        throw new RequestFailed(
          'MALFORMED_REQUEST',
          `a request of ${size} bytes: sizes from 0 to ${this.#maxFrameBytes} (socket.request.max.bytes) are taken`,
        )
      }
      this.#frameBytes = size
    }
    if (this.#bufferedBytes < this.#frameBytes) return undefined
    const frame = this.#take(this.#frameBytes)
    this.#frameBytes = undefined
    return frame
  }

  #take(bytes: number): Buffer {
    const first = this.#chunks[0]
    this.#bufferedBytes -= bytes
    if (first !== undefined && first.length > bytes) {
      this.#chunks[0] = first.subarray(bytes)
      return first.subarray(0, bytes)
    }
    const taken: Buffer[] = []
    let missing = bytes
    let used = 0
    while (missing > 0) {
      const chunk = this.#chunks[used]!
      if (chunk.length > missing) {
        taken.push(chunk.subarray(0, missing))
        this.#chunks[used] = chunk.subarray(missing)
        missing = 0
      } else {
        taken.push(chunk)
        missing -= chunk.length
        used++
      }
    }
    this.#chunks.splice(0, used)
    return taken.length === 1 ? taken[0]! : Buffer.concat(taken, bytes)
  }
}
