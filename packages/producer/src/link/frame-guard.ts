/**
 * The largest answer that is taken for one. Answers to a producer are small, a Metadata answer of a huge cluster may
 * take some MiB; what is larger is another protocol's text read as a length.
 */
const maxFrameBytes = 100 * 1024 * 1024

/**
 * Watches the bytes of a connection go by and tells when they cannot be Kafka's frames (a big-endian int32 length, then
 * that many bytes). It keeps four bytes at the most and copies nothing: kafkajs's own parser runs behind it, and would
 * throw out of the socket's event on a negative length, or collect without end on a huge one.
 */
export class FrameGuard {
  readonly #length = new DataView(new ArrayBuffer(4))
  #lengthBytes = 0
  #bodyLeft = 0

  /**
   * Takes the next bytes of the connection.
   *
   * @param minBytes - the least a frame holds: 4, its correlation id
   * @returns what is wrong with them, `undefined` when nothing is.
   */
  check(bytes: Uint8Array, minBytes: number): string | undefined {
    for (let at = 0; at < bytes.length;) {
      if (this.#bodyLeft > 0) {
        const skipped = Math.min(this.#bodyLeft, bytes.length - at)
        this.#bodyLeft -= skipped
        at += skipped
        continue
      }
      this.#length.setUint8(this.#lengthBytes++, bytes[at++]!)
      if (this.#lengthBytes < 4) continue
      this.#lengthBytes = 0
      const size = this.#length.getInt32(0)
      if (size < minBytes || size > maxFrameBytes) return describe(this.#length)
      this.#bodyLeft = size
    }
    return undefined
  }
}

/** What commonly answers in a broker's place, told by its first four bytes. */
function describe(length: DataView): string {
  const found = length.getUint32(0)
  if (found === 0x48_54_54_50) return 'the answer is HTTP, so this is no Kafka port'
  if (found >>> 16 === 0x15_03) return 'the answer is a TLS alert: switch `tls` on for this port'
  return `a frame claims to hold ${length.getInt32(0)} bytes, so the peer does not speak Kafka's protocol here`
}
