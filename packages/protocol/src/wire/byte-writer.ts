import { ProtocolError } from '../protocol-error.ts'

/** From this size on, bytes are referenced in the output instead of copied into it. */
const spliceFromBytes = 1024

/**
 * Writes Kafka's primitive types into a buffer that grows. Large byte fields are taken by reference, so a record
 * batch travels from the accumulator to the socket without a copy.
 */
export class ByteWriter {
  #buffer: Buffer
  #position = 0
  /** Where the part of `#buffer` begins that no chunk holds yet. */
  #chunkStart = 0
  readonly #chunks: Uint8Array[] = []
  #chunkBytes = 0

  constructor(initialCapacity: number = 256) {
    this.#buffer = Buffer.allocUnsafe(initialCapacity)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#chunkBytes + this.#position - this.#chunkStart
  }

  int8(value: number): void {
    const at = this.#reserve(1)
    this.#buffer.writeInt8(value, at)
  }

  boolean(value: boolean): void {
    this.int8(value ? 1 : 0)
  }

  int16(value: number): void {
    const at = this.#reserve(2)
    this.#buffer.writeInt16BE(value, at)
  }

  int32(value: number): void {
    const at = this.#reserve(4)
    this.#buffer.writeInt32BE(value, at)
  }

  int64(value: bigint): void {
    const at = this.#reserve(8)
    this.#buffer.writeBigInt64BE(value, at)
  }

  /** Kafka's UNSIGNED_VARINT: seven bits a byte, lowest first, up to 32 bits. */
  uvarint(value: number): void {
    let at = this.#reserve(5)
    let rest = value >>> 0
    while (rest > 0x7f) {
      this.#buffer[at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#buffer[at++] = rest
    this.#position = at
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): void {
    if (bytes.length >= spliceFromBytes) {
      this.#flush()
      this.#chunks.push(bytes)
      this.#chunkBytes += bytes.length
      return
    }
    const at = this.#reserve(bytes.length)
    this.#buffer.set(bytes, at)
  }

  /** UTF-8 text without a length; gives its size to `writeLength` before the text is written. */
  text(value: string, writeLength: (bytes: number) => void): void {
    const bytes = Buffer.byteLength(value)
    writeLength(bytes)
    const at = this.#reserve(bytes)
    this.#buffer.write(value, at, bytes, 'utf8')
  }

  /** All that was written, in order, as few pieces as it takes. The writer must not be used afterwards. */
  finish(): Uint8Array[] {
    this.#flush()
    return this.#chunks
  }

  #flush(): void {
    if (this.#position === this.#chunkStart) return
    const chunk = this.#buffer.subarray(this.#chunkStart, this.#position)
    this.#chunks.push(chunk)
    this.#chunkBytes += chunk.length
    this.#chunkStart = this.#position
  }

  #reserve(bytes: number): number {
    const at = this.#position
    if (at + bytes > this.#buffer.length) return this.#grow(bytes)
    this.#position = at + bytes
    return at
  }

  /** Flushed chunks keep the old buffer alive; only what is not flushed moves. */
  #grow(bytes: number): number {
    const pending = this.#buffer.subarray(this.#chunkStart, this.#position)
    const needed = pending.length + bytes
    if (needed > 0x7fffffff) {
      throw new ProtocolError('VALUE_OUT_OF_RANGE', `a message of ${needed} bytes does not fit a Kafka frame`)
    }
    const larger = Buffer.allocUnsafe(Math.max(256, needed * 2))
    larger.set(pending)
    this.#buffer = larger
    this.#chunkStart = 0
    this.#position = needed
    return needed - bytes
  }
}
