/** Up to this length a loop over the characters beats the call into native code. */
const shortText = 32

/** Bytes that text takes as UTF-8, or that bytes take as they are. */
export function utf8Bytes(content: Uint8Array | string): number {
  return typeof content === 'string' ? Buffer.byteLength(content) : content.length
}

/** Writes text whose size in UTF-8 is known and returns the position after it. */
export function writeText(buffer: Buffer, at: number, text: string, bytes: number): number {
  // As many bytes as characters means ASCII.
  if (bytes === text.length && bytes <= shortText) {
    for (let i = 0; i < bytes; i++) buffer[at + i] = text.charCodeAt(i)
  } else {
    buffer.write(text, at, bytes, 'utf8')
  }
  return at + bytes
}

/** Bytes that Kafka's VARINT or VARLONG (zigzag) takes for a whole number of up to 53 bits. */
export function varintBytes(value: number): number {
  let rest = zigzag(value)
  let bytes = 1
  while (rest > 0x7f) {
    rest = Math.floor(rest / 128)
    bytes++
  }
  return bytes
}

/** Writes Kafka's VARINT or VARLONG and returns the position after it. */
export function writeVarint(buffer: Buffer, start: number, value: number): number {
  let at = start
  let rest = zigzag(value)
  // Beyond 31 bits shifts would cut the number; timestamps that far apart are rare, so division may be slow.
  while (rest > 0x7fffffff) {
    buffer[at++] = (rest % 128) | 0x80
    rest = Math.floor(rest / 128)
  }
  while (rest > 0x7f) {
    buffer[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  buffer[at++] = rest
  return at
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : value * -2 - 1
}
