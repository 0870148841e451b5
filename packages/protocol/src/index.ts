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
export { apiByKey, apis } from './apis/api-by-key.ts'
export { produce } from './apis/00-produce.ts'
export { fetch } from './apis/01-fetch.ts'
export { listOffsets } from './apis/02-list-offsets.ts'
export { metadata } from './apis/03-metadata.ts'
export { offsetCommit } from './apis/08-offset-commit.ts'
export { offsetFetch } from './apis/09-offset-fetch.ts'
export { findCoordinator } from './apis/10-find-coordinator.ts'
export { joinGroup } from './apis/11-join-group.ts'
export { heartbeat } from './apis/12-heartbeat.ts'
export { leaveGroup } from './apis/13-leave-group.ts'
export { syncGroup } from './apis/14-sync-group.ts'
export { describeGroups } from './apis/15-describe-groups.ts'
export { listGroups } from './apis/16-list-groups.ts'
export { saslHandshake } from './apis/17-sasl-handshake.ts'
export { apiVersions } from './apis/18-api-versions.ts'
export { createTopics } from './apis/19-create-topics.ts'
export { deleteTopics } from './apis/20-delete-topics.ts'
export { deleteRecords } from './apis/21-delete-records.ts'
export { initProducerId } from './apis/22-init-producer-id.ts'
export { offsetForLeaderEpoch } from './apis/23-offset-for-leader-epoch.ts'
export { addPartitionsToTxn } from './apis/24-add-partitions-to-txn.ts'
export { addOffsetsToTxn } from './apis/25-add-offsets-to-txn.ts'
export { endTxn } from './apis/26-end-txn.ts'
export { txnOffsetCommit } from './apis/28-txn-offset-commit.ts'
export { describeConfigs } from './apis/32-describe-configs.ts'
export { alterConfigs } from './apis/33-alter-configs.ts'
export { describeLogDirs } from './apis/35-describe-log-dirs.ts'
export { saslAuthenticate } from './apis/36-sasl-authenticate.ts'
export { createPartitions } from './apis/37-create-partitions.ts'
export { deleteGroups } from './apis/42-delete-groups.ts'
export { incrementalAlterConfigs } from './apis/44-incremental-alter-configs.ts'
export { alterPartitionReassignments } from './apis/45-alter-partition-reassignments.ts'
export { listPartitionReassignments } from './apis/46-list-partition-reassignments.ts'
export { offsetDelete } from './apis/47-offset-delete.ts'
export { describeCluster } from './apis/60-describe-cluster.ts'
export { describeProducers } from './apis/61-describe-producers.ts'
export { describeTopicPartitions } from './apis/75-describe-topic-partitions.ts'

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
