import {
  ProtocolError,
  batchHeaderBytes,
  compressionTypeOf,
  decompress,
  type BatchHeader,
} from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'

/** The records of a compressed batch, as they were before. Kafka has no name for what fails here. */
export async function uncompressedRecords(header: BatchHeader, bytes: Buffer): Promise<Buffer> {
  try {
    return await decompress(compressionTypeOf(header.attributes), bytes.subarray(batchHeaderBytes))
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    throw new Refusal('UNKNOWN_SERVER_ERROR', `Failed to decompress record stream: ${error.message}`)
  }
}
