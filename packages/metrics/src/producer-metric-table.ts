import { byteBuckets, durationBuckets, ratioBuckets, recordBuckets } from './buckets.ts'
import type { CounterDefinition, HistogramDefinition } from './metric-definition.ts'

/** The metrics that hooks feed, with their labels. */
export interface ProducerMetricTable {
  readonly messagesSent: CounterDefinition<'client_id' | 'topic'>
  readonly messagesFailed: CounterDefinition<'client_id' | 'topic' | 'error_kind' | 'outcome'>
  readonly lateOutcomes: CounterDefinition<'client_id' | 'topic' | 'outcome'>
  readonly sendDuration: HistogramDefinition<'client_id' | 'topic' | 'outcome'>
  readonly retries: CounterDefinition<'client_id' | 'topic' | 'reason'>
  readonly bytes: CounterDefinition<'client_id' | 'topic'>
  readonly batchRecords: HistogramDefinition<'client_id'>
  readonly batchBytes: HistogramDefinition<'client_id'>
  readonly compressionRatio: HistogramDefinition<'client_id'>
  readonly queueWait: HistogramDefinition<'client_id'>
  readonly requestDuration: HistogramDefinition<'client_id' | 'broker'>
  readonly throttle: HistogramDefinition<'client_id' | 'broker'>
  readonly bufferFull: CounterDefinition<'client_id' | 'result'>
  readonly recreated: CounterDefinition<'client_id' | 'reason'>
  readonly disconnects: CounterDefinition<'client_id'>
}

/** What hooks count and measure. */
export const producerMetricTable: ProducerMetricTable = {
  messagesSent: {
    name: 'kafka_producer_messages_sent_total',
    type: 'counter',
    labels: ['client_id', 'topic'],
    help: 'Records acknowledged by Kafka.',
    java: 'record-send-total',
  },
  messagesFailed: {
    name: 'kafka_producer_messages_failed_total',
    type: 'counter',
    labels: ['client_id', 'topic', 'error_kind', 'outcome'],
    help: 'Records not delivered: error_kind is the code of the error; outcome says whether the record may be in the log (unknown), is not (rejected, not-sent), or is in a dead-letter topic instead (dead-lettered).',
    java: 'record-error-total',
  },
  lateOutcomes: {
    name: 'kafka_producer_late_outcomes_total',
    type: 'counter',
    labels: ['client_id', 'topic', 'outcome'],
    help: 'Records whose fate became known after their sender had given up; delivered means that they are in the log after all. Each was counted as failed before, or is a record from the spool.',
  },
  sendDuration: {
    name: 'kafka_producer_send_duration_seconds',
    type: 'histogram',
    labels: ['client_id', 'topic', 'outcome'],
    buckets: durationBuckets,
    help: 'Seconds from send to the outcome of a record.',
    java: 'record-queue-time-avg + request-latency-avg',
  },
  retries: {
    name: 'kafka_producer_retries_total',
    type: 'counter',
    labels: ['client_id', 'topic', 'reason'],
    help: 'Batches written again; reason is the error of the broker or of the connection.',
    java: 'record-retry-total',
  },
  bytes: {
    name: 'kafka_producer_bytes_total',
    type: 'counter',
    labels: ['client_id', 'topic'],
    help: 'Bytes of answered batches as they travelled.',
    java: 'byte-total',
  },
  batchRecords: {
    name: 'kafka_producer_batch_records',
    type: 'histogram',
    labels: ['client_id'],
    buckets: recordBuckets,
    help: 'Records of a batch.',
    java: 'records-per-request-avg',
  },
  batchBytes: {
    name: 'kafka_producer_batch_bytes',
    type: 'histogram',
    labels: ['client_id'],
    buckets: byteBuckets,
    help: 'Bytes of a batch as it travelled.',
    java: 'batch-size-avg',
  },
  compressionRatio: {
    name: 'kafka_producer_compression_ratio',
    type: 'histogram',
    labels: ['client_id'],
    buckets: ratioBuckets,
    help: 'Bytes of a batch as it travelled per byte before compression.',
    java: 'compression-rate-avg',
  },
  queueWait: {
    name: 'kafka_producer_queue_wait_seconds',
    type: 'histogram',
    labels: ['client_id'],
    buckets: durationBuckets,
    help: 'Seconds that the oldest record of a batch waited until the batch was written.',
    java: 'record-queue-time-avg',
  },
  requestDuration: {
    name: 'kafka_producer_request_duration_seconds',
    type: 'histogram',
    labels: ['client_id', 'broker'],
    buckets: durationBuckets,
    help: 'Seconds from writing a Produce request to its answer.',
    java: 'request-latency-avg',
  },
  throttle: {
    name: 'kafka_producer_throttle_seconds',
    type: 'histogram',
    labels: ['client_id', 'broker'],
    buckets: durationBuckets,
    help: 'Pauses that brokers asked for because of a quota.',
    java: 'produce-throttle-time-avg',
  },
  bufferFull: {
    name: 'kafka_producer_buffer_full_total',
    type: 'counter',
    labels: ['client_id', 'result'],
    help: 'Sends that found the buffer full: result waited or refused.',
    java: 'buffer-exhausted-total',
  },
  recreated: {
    name: 'kafka_producer_recreated_total',
    type: 'counter',
    labels: ['client_id', 'reason'],
    help: 'Partitions that went on under a new producer id or epoch.',
  },
  disconnects: {
    name: 'kafka_producer_disconnects_total',
    type: 'counter',
    labels: ['client_id'],
    help: 'Times that the producer lost its last connection.',
  },
}
