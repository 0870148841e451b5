import { CodecError } from './codec-error.ts'

/** Bytes before the payload: a zero and the schema id as a big-endian int32 (Confluent's wire format). */
export const frameBytes = 5

/** Writes the frame where a record starts. */
export function writeFrame(buffer: Buffer, schemaId: number, start: number): void {
  buffer[start] = 0
  buffer[start + 1] = schemaId >>> 24
  buffer[start + 2] = schemaId >>> 16
  buffer[start + 3] = schemaId >>> 8
  buffer[start + 4] = schemaId
}

/** The schema id in the bytes. Throws `NOT_CONFLUENT_FRAMED` for a tombstone, for text, for anything else. */
export function readFrame(bytes: Uint8Array | null): number {
  if (!(bytes instanceof Uint8Array)) {
    throw new CodecError(
      'NOT_CONFLUENT_FRAMED',
      'There is no payload: a tombstone has none, handle it before decoding',
    )
  }
  if (bytes.length < frameBytes) {
    throw new CodecError(
      'NOT_CONFLUENT_FRAMED',
      `The payload has ${bytes.length} bytes, the frame alone has 5`,
    )
  }
  if (bytes[0] !== 0) {
    const message = `The payload starts with byte ${bytes[0]} and not with 0: it was not written with a schema registry`
    throw new CodecError('NOT_CONFLUENT_FRAMED', message)
  }
  return ((bytes[1]! << 24) | (bytes[2]! << 16) | (bytes[3]! << 8) | bytes[4]!) >>> 0
}
