/**
 * Where a value is written to. What comes after the end of the buffer is counted and dropped: the count says how large
 * a buffer is needed, and the value is written once more.
 */
export class Sink {
  buffer: Buffer
  /** Where the next byte goes. */
  at = 0

  constructor(buffer: Buffer) {
    this.buffer = buffer
  }
}

/** Writes a value of one type; throws {@link misfit} for what is none, and whatever user code throws on the way. */
export type Writer = (sink: Sink, value: unknown) => void

/** `findAvroProblems` says what is wrong where. */
export const misfit: unique symbol = Symbol('misfit')

/** An integer as Avro's zig-zag varint. Exact for all safe integers: the doubled number need not be one. */
export function writeInteger(sink: Sink, value: number): void {
  const { buffer } = sink
  const sign = value < 0 ? 1 : 0
  const magnitude = value < 0 ? -(value + 1) : value
  let rest: number
  if (magnitude < 0x40000000) {
    rest = (magnitude << 1) | sign
  } else {
    // Four groups of seven bits from the lower half; there is more to come in the upper one.
    const lower = ((magnitude & 0x7ffffff) << 1) | sign
    buffer[sink.at++] = (lower & 0x7f) | 0x80
    buffer[sink.at++] = ((lower >>> 7) & 0x7f) | 0x80
    buffer[sink.at++] = ((lower >>> 14) & 0x7f) | 0x80
    buffer[sink.at++] = (lower >>> 21) | 0x80
    rest = Math.floor(magnitude / 0x8000000)
  }
  while (rest > 0x7f) {
    buffer[sink.at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  buffer[sink.at++] = rest
}

/** A long of any size, as the same varint. */
export function writeBigInteger(sink: Sink, value: bigint): void {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return writeInteger(sink, number)
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  while (rest > 0x7fn) {
    sink.buffer[sink.at++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  sink.buffer[sink.at++] = Number(rest)
}

/** Bytes as they are. */
export function writeRaw(sink: Sink, bytes: Uint8Array): void {
  if (sink.at + bytes.length <= sink.buffer.length) sink.buffer.set(bytes, sink.at)
  sink.at += bytes.length
}

/** The bytes of one value. */
export function writeAlone(write: Writer, value: unknown): Uint8Array {
  for (let sink = new Sink(Buffer.alloc(64)); ; sink = new Sink(Buffer.alloc(sink.at))) {
    write(sink, value)
    if (sink.at <= sink.buffer.length) return sink.buffer.subarray(0, sink.at)
  }
}
