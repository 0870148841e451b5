import { choice, flag, integer } from './value-kinds.ts'
import type { VariableTable } from './variable.ts'

/** Options of `createProducer`, under the producer's own names. */
export interface ProducerSettings {
  /** Replicas that must have a record before it counts as delivered. Kafka: `acks`. */
  readonly acks: 'all' | 1 | 0
  /** Whether retries are free of duplicates and keep the order. Kafka: `enable.idempotence`. */
  readonly enableIdempotence: boolean
  /** How long a batch waits for more records. Kafka: `linger.ms`. */
  readonly lingerMs: number
  /** Bytes at which a batch of one partition is full; 0 sends every record alone. Kafka: `batch.size`. */
  readonly batchSize: number
  /** How batches are compressed. Kafka: `compression.type`. */
  readonly compressionType: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  /** Bytes of all batches that are not yet settled. Kafka: `buffer.memory`. */
  readonly bufferMemory: number
  /** Bytes of all sends that wait for room in the buffer. */
  readonly maxWaitingBytes: number
  /** How long a send may wait for room in the buffer, or for metadata. Kafka: `max.block.ms`. */
  readonly maxBlockMs: number
  /** From send to outcome, retries included. Kafka: `delivery.timeout.ms`. */
  readonly deliveryTimeoutMs: number
  /** How long one request may take. Kafka: `request.timeout.ms`. */
  readonly requestTimeoutMs: number
  /** Bytes of the largest record and request. Kafka: `max.request.size`. */
  readonly maxRequestSize: number
  /** Requests without an answer per broker. Kafka: `max.in.flight.requests.per.connection`. */
  readonly maxInFlightRequestsPerConnection: number
  /** Before the first retry; doubles from there. Kafka: `retry.backoff.ms`. */
  readonly retryBackoffMs: number
  /** At which that doubling ends. Kafka: `retry.backoff.max.ms`. */
  readonly retryBackoffMaxMs: number
  /** After which topics are looked up anew. Kafka: `metadata.max.age.ms`. */
  readonly metadataMaxAgeMs: number
}

export const producerVariables: VariableTable<ProducerSettings> = {
  acks: {
    name: 'KAFKA_PRODUCER_ACKS',
    kind: choice<ProducerSettings['acks']>({ all: 'all', '-1': 'all', '1': 1, '0': 0 }),
    default: 'all',
    meaning: 'Replicas that must have a record before it counts as delivered. Kafka: `acks`.',
  },
  enableIdempotence: {
    name: 'KAFKA_PRODUCER_ENABLE_IDEMPOTENCE',
    kind: flag,
    default: 'true',
    meaning: 'Whether retries are free of duplicates and keep the order. Kafka: `enable.idempotence`.',
  },
  lingerMs: {
    name: 'KAFKA_PRODUCER_LINGER_MS',
    kind: integer(0),
    default: '0',
    meaning: 'Milliseconds that a batch waits for more records. Kafka: `linger.ms`.',
  },
  batchSize: {
    name: 'KAFKA_PRODUCER_BATCH_SIZE',
    kind: integer(0),
    default: '65536',
    meaning:
      'Bytes at which a batch of one partition is full; 0 sends every record alone. Kafka: `batch.size`.',
  },
  compressionType: {
    name: 'KAFKA_PRODUCER_COMPRESSION',
    kind: choice<ProducerSettings['compressionType']>({
      none: 'none',
      gzip: 'gzip',
      snappy: 'snappy',
      lz4: 'lz4',
      zstd: 'zstd',
    }),
    default: 'none',
    meaning: 'How batches are compressed. Kafka: `compression.type`.',
  },
  bufferMemory: {
    name: 'KAFKA_PRODUCER_BUFFER_MEMORY',
    kind: integer(1, Number.MAX_SAFE_INTEGER),
    default: '33554432',
    meaning: 'Bytes of all batches that are not yet settled. Kafka: `buffer.memory`.',
  },
  maxWaitingBytes: {
    name: 'KAFKA_PRODUCER_MAX_WAITING_BYTES',
    kind: integer(0, Number.MAX_SAFE_INTEGER),
    defaultFrom: 'KAFKA_PRODUCER_BUFFER_MEMORY',
    meaning: 'Bytes of all sends that wait for room in the buffer.',
  },
  maxBlockMs: {
    name: 'KAFKA_PRODUCER_MAX_BLOCK_MS',
    kind: integer(0),
    default: '60000',
    meaning: 'Milliseconds that a send may wait for room in the buffer. Kafka: `max.block.ms`.',
  },
  deliveryTimeoutMs: {
    name: 'KAFKA_PRODUCER_DELIVERY_TIMEOUT_MS',
    kind: integer(1),
    default: '120000',
    meaning: 'Milliseconds from send to outcome, retries included. Kafka: `delivery.timeout.ms`.',
  },
  requestTimeoutMs: {
    name: 'KAFKA_PRODUCER_REQUEST_TIMEOUT_MS',
    kind: integer(1),
    default: '30000',
    meaning: 'Milliseconds that one request may take. Kafka: `request.timeout.ms`.',
  },
  maxRequestSize: {
    name: 'KAFKA_PRODUCER_MAX_REQUEST_SIZE',
    kind: integer(128),
    default: '1048576',
    meaning: 'Bytes of the largest record and request. Kafka: `max.request.size`.',
  },
  maxInFlightRequestsPerConnection: {
    name: 'KAFKA_PRODUCER_MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION',
    kind: integer(1, 1000),
    default: '5',
    meaning: 'Requests without an answer per broker. Kafka: `max.in.flight.requests.per.connection`.',
  },
  retryBackoffMs: {
    name: 'KAFKA_PRODUCER_RETRY_BACKOFF_MS',
    kind: integer(0),
    default: '100',
    meaning: 'Milliseconds before the first retry; doubles from there. Kafka: `retry.backoff.ms`.',
  },
  retryBackoffMaxMs: {
    name: 'KAFKA_PRODUCER_RETRY_BACKOFF_MAX_MS',
    kind: integer(0),
    default: '1000',
    meaning: 'Milliseconds at which that doubling ends. Kafka: `retry.backoff.max.ms`.',
  },
  metadataMaxAgeMs: {
    name: 'KAFKA_PRODUCER_METADATA_MAX_AGE_MS',
    kind: integer(1),
    default: '300000',
    meaning: 'Milliseconds after which topics are looked up anew. Kafka: `metadata.max.age.ms`.',
  },
}
