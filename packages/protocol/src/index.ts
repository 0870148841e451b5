/**
 * Kafka's wire format: primitives, messages as data tables, record batches, compression, error codes. Bytes in,
 * values out; nothing here opens a socket, reads a file or keeps state between two calls.
 *
 * @module
 */
export { ProtocolError, type ProtocolErrorCode } from './protocol-error.ts'

// Errors
export { errorCode, type KafkaErrorName } from './errors/error-code.ts'
export { kafkaError, kafkaErrors, type KafkaErrorInfo } from './errors/kafka-error.ts'

// Messages
export {
  decodeRequest,
  decodeResponse,
  defineApi,
  encodeRequest,
  encodeResponse,
  isFlexible,
  type AnyApi,
  type Api,
  type RequestInputOf,
  type RequestOf,
  type ResponseInputOf,
  type ResponseOf,
} from './wire/api.ts'
export {
  decodeRequestHeader,
  encodeRequestHeader,
  encodeResponseHeader,
  responseBody,
  type RequestHeader,
} from './wire/frame-header.ts'
export { produce } from './apis/00-produce.ts'
export { metadata } from './apis/03-metadata.ts'
export { apiVersions } from './apis/18-api-versions.ts'
export { initProducerId } from './apis/22-init-producer-id.ts'

// Record batches
export {
  BatchBuilder,
  noProducer,
  recordSizeUpperBound,
  type BatchProducer,
} from './records/batch-builder.ts'
export {
  batchAttribute,
  batchField,
  batchHeaderBytes,
  readBatchHeader,
  type BatchHeader,
} from './records/batch-header.ts'
export {
  decodeControlRecord,
  encodeControlBatch,
  type ControlBatchInput,
  type TransactionMarker,
} from './records/control-batch.ts'
export { crc32c } from './records/crc32c.ts'
export {
  decodeBatch,
  isControlBatch,
  splitBatches,
  verifyBatchCrc,
  type DecodedBatch,
} from './records/decode-batch.ts'
export { decodeRecords } from './records/decode-records.ts'
export { murmur2, partitionForKey } from './records/murmur2.ts'
export type { DecodedRecord, RecordHeader, RecordInput } from './records/record.ts'

// Compression
export {
  compress,
  compressionTypeOf,
  compressionTypes,
  decompress,
  type CompressionType,
  type CompressOptions,
  type DecompressOptions,
} from './compression/compression.ts'
