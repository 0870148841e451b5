import { ProtocolError } from '../protocol-error.ts'

/**
 * Reads Kafka's primitive types from untrusted bytes: every read is checked against the end, every length against
 * what is left, so that a hostile frame costs an error and never memory.
 */
export class ByteReader {
  readonly #buffer: Buffer
  #position: number
  #elementsLeft: number

  /** @param maxElements - how many elements {@link ByteReader.count} lets in, over all lists together. */
  constructor(bytes: Uint8Array, position: number = 0, maxElements: number = Infinity) {
    this.#buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#position = position
    this.#elementsLeft = maxElements
  }

  /** Where the next read begins, in bytes from the start. */
  get position(): number {
    return this.#position
  }

  /** Bytes left. */
  get remaining(): number {
    return this.#buffer.length - this.#position
  }

  int8(): number {
    return this.#buffer.readInt8(this.#advance(1))
  }

  boolean(): boolean {
    return this.int8() !== 0
  }

  int16(): number {
    return this.#buffer.readInt16BE(this.#advance(2))
  }

  int32(): number {
    return this.#buffer.readInt32BE(this.#advance(4))
  }

  int64(): bigint {
    return this.#buffer.readBigInt64BE(this.#advance(8))
  }

  /** Kafka's UNSIGNED_VARINT. */
  uvarint(): number {
    let value = 0
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.#buffer[this.#advance(1)]!
      value |= (byte & 0x7f) << shift
      if ((byte & 0x80) === 0) return value >>> 0
    }
    throw new ProtocolError('MALFORMED', 'a varint is longer than 5 bytes')
  }

  /** Kafka's VARINT: zigzag, 32 bits. */
  varint(): number {
    const value = this.uvarint()
    return (value >>> 1) ^ -(value & 1)
  }

  /** Kafka's VARLONG: zigzag, 64 bits. */
  varlong(): bigint {
    let value = 0n
    for (let shift = 0n; shift <= 63n; shift += 7n) {
      const byte = this.#buffer[this.#advance(1)]!
      value |= BigInt(byte & 0x7f) << shift
      if ((byte & 0x80) === 0) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
    }
    throw new ProtocolError('MALFORMED', 'a varlong is longer than 10 bytes')
  }

  /** A view on the next `length` bytes; no copy. */
  raw(length: number): Buffer {
    if (length < 0) throw new ProtocolError('MALFORMED', `a field has the length ${length}`)
    const start = this.#advance(length)
    return this.#buffer.subarray(start, start + length)
  }

  text(length: number): string {
    if (length < 0) throw new ProtocolError('MALFORMED', `a text has the length ${length}`)
    const start = this.#advance(length)
    return this.#buffer.toString('utf8', start, start + length)
  }

  /** Refuses an element count that the remaining bytes cannot hold, or nobody needs, before anything of that size is made. */
  count(count: number): number {
    if (count > this.remaining) {
      throw new ProtocolError('TRUNCATED', `an array of ${count} elements in ${this.remaining} bytes`)
    }
    if (count > this.#elementsLeft) {
      throw new ProtocolError(
        'MALFORMED',
        `an array of ${count} elements where ${this.#elementsLeft} are taken`,
      )
    }
    this.#elementsLeft -= count
    return count
  }

  #advance(bytes: number): number {
    const at = this.#position
    if (at + bytes > this.#buffer.length) {
      throw new ProtocolError('TRUNCATED', `${bytes} bytes wanted at ${at} of ${this.#buffer.length}`)
    }
    this.#position = at + bytes
    return at
  }
}
