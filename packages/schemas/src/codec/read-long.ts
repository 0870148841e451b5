/** avsc's cursor over the bytes of a record. */
export interface Tap {
  readonly buf: Uint8Array
  pos: number
}

/**
 * An integer of Avro's zig-zag varint. Beyond 2^53 the nearest number; past the end of the bytes, 0, which the caller
 * finds out when it looks where the cursor is.
 */
export function readLong(tap: Tap): number {
  const { buf } = tap
  let byte = 0
  let lower = 0
  for (let shift = 0; shift < 28; shift += 7) {
    byte = buf[tap.pos++]!
    lower |= (byte & 0x7f) << shift
    if (!(byte & 0x80)) return (lower >>> 1) ^ -(lower & 1)
  }
  let upper = 0
  for (let scale = 1; scale < 2 ** 42 && byte & 0x80; scale *= 128) {
    byte = buf[tap.pos++]!
    upper += (byte & 0x7f) * scale
  }
  const magnitude = upper * 0x8000000 + (lower >>> 1)
  return lower & 1 ? -magnitude - 1 : magnitude
}

/** The same, where it must be exact. */
export function readExactLong(tap: Tap): number {
  const value = readLong(tap)
  if (value <= maxLong && value >= -maxLong) return value
  throw new Error("a long that JavaScript numbers cannot hold exactly: give the codec long: 'bigint'")
}

/** The longs that numbers hold exactly, without the last, which avsc does not take either. */
const maxLong = Number.MAX_SAFE_INTEGER - 1
