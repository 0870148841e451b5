import { ProtocolError } from '../protocol-error.ts'

/**
 * Where a decompressor writes: grows as bytes come, up to a limit, so that neither a bomb nor a length that lies
 * costs more memory than the caller allowed.
 */
export class OutputBuffer {
  #buffer: Buffer
  #length = 0
  readonly #maxBytes: number

  constructor(maxBytes: number, expectedBytes: number) {
    this.#maxBytes = maxBytes
    this.#buffer = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(256, expectedBytes)))
  }

  get length(): number {
    return this.#length
  }

  /** Appends `bytes[from, to)`. */
  literals(bytes: Uint8Array, from: number, to: number): void {
    if (to > bytes.length) throw badCompression(`${to - from} literals at ${from} of ${bytes.length} bytes`)
    const at = this.#reserve(to - from)
    if (to - from > 32) this.#buffer.set(bytes.subarray(from, to), at)
    else for (let i = from, out = at; i < to; i++) this.#buffer[out++] = bytes[i]!
  }

  /** Appends `length` bytes that stand `offset` back; both may overlap, which repeats a pattern. */
  repeat(offset: number, length: number): void {
    if (offset < 1 || offset > this.#length) {
      throw badCompression(`a match ${offset} bytes back in ${this.#length} bytes of output`)
    }
    const at = this.#reserve(length)
    const buffer = this.#buffer
    if (offset >= length && length > 32) buffer.copyWithin(at, at - offset, at - offset + length)
    else for (let i = at; i < at + length; i++) buffer[i] = buffer[i - offset]!
  }

  /** All that was written; a view. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  #reserve(bytes: number): number {
    const at = this.#length
    const needed = at + bytes
    if (needed > this.#maxBytes) throw badCompression(`it decompresses to more than ${this.#maxBytes} bytes`)
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(needed, this.#buffer.length * 2)))
      larger.set(this.#buffer.subarray(0, at))
      this.#buffer = larger
    }
    this.#length = needed
    return at
  }
}

/** The error of all codecs. */
export function badCompression(what: string, cause?: unknown): ProtocolError {
  return new ProtocolError('BAD_COMPRESSION', `the compressed records cannot be read: ${what}`, { cause })
}
