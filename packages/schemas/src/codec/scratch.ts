import type { AvroType } from './avro-type.ts'
import { frameBytes, writeFrame } from './confluent-frame.ts'

const firstBytes = 4_096
/** A scratch that grew beyond this is given back: one large record must not hold memory for good. */
const maxKeptBytes = 1_048_576

/** Encodes into one buffer that is used again and again, and copies the result out once. */
export class Scratch {
  #buffer: Buffer | undefined = Buffer.allocUnsafeSlow(firstBytes)

  /** Frame and payload. Throws what avsc throws for a value that does not fit. */
  encode(type: AvroType, schemaId: number, value: unknown): Uint8Array {
    // Out of the way while user code may run (getters, logical types): an encode inside an encode gets its own.
    let buffer = this.#buffer ?? Buffer.allocUnsafeSlow(firstBytes)
    this.#buffer = undefined
    try {
      let end = type.encode(value, buffer, frameBytes)
      while (end < 0) {
        buffer = Buffer.allocUnsafeSlow(2 * (buffer.length - end))
        end = type.encode(value, buffer, frameBytes)
      }
      writeFrame(buffer, schemaId)
      return Buffer.from(buffer.subarray(0, end))
    } finally {
      this.#buffer = buffer.length <= maxKeptBytes ? buffer : Buffer.allocUnsafeSlow(firstBytes)
    }
  }
}
