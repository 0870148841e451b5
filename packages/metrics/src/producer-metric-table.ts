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
  readonly batchingPoor: CounterDefinition<'client_id' | 'topic'>
  readonly spooled: CounterDefinition<'client_id' | 'topic'>
  readonly spoolEvents: CounterDefinition<'client_id' | 'topic' | 'event'>
  readonly transactions: CounterDefinition<'client_id' | 'result'>
  readonly transactionDuration: HistogramDefinition<'client_id' | 'result'>
}

/** What hooks count and measure. */
export const producerMetricTable: ProducerMetricTable = {
  messagesSent: {
    name: 'kafka_producer_messages_sent_total',
    type: 'counter',
    labels: ['client_id', 'topic'],
    unit: 'count',
    help: 'Records acknowledged by Kafka while their sender waited; others are late outcomes.',
    java: 'record-send-total',
  },
  messagesFailed: {
    name: 'kafka_producer_messages_failed_total',
    type: 'counter',
    labels: ['client_id', 'topic', 'error_kind', 'outcome'],
    unit: 'count',
    help: 'Records not delivered: error_kind is the code of the error; outcome says whether the record may be in the log (unknown), is not (rejected, not-sent), or is in a dead-letter topic instead (dead-lettered).',
    java: 'record-error-total',
    demo: 'every record of the demo is delivered in the end, through all its faults',
  },
  lateOutcomes: {
    name: 'kafka_producer_late_outcomes_total',
    type: 'counter',
    labels: ['client_id', 'topic', 'outcome'],
    unit: 'count',
    help: 'Records whose fate became known after their sender had given up; delivered means that they are in the log after all. Each was counted as failed before, or is a record from the spool.',
    demo: 'no sender of the demo gives up before its record is settled',
  },
  sendDuration: {
    name: 'kafka_producer_send_duration_seconds',
    type: 'histogram',
    labels: ['client_id', 'topic', 'outcome'],
    unit: 'seconds',
    buckets: durationBuckets,
    help: 'Seconds from send to the outcome of a record.',
    java: 'record-queue-time-avg + request-latency-avg',
  },
  retries: {
    name: 'kafka_producer_retries_total',
    type: 'counter',
    labels: ['client_id', 'topic', 'reason'],
    unit: 'count',
    help: 'Batches written again; reason is the error of the broker or of the connection.',
    java: 'record-retry-total',
  },
  bytes: {
    name: 'kafka_producer_bytes_total',
    type: 'counter',
    labels: ['client_id', 'topic'],
    unit: 'bytes',
    help: 'Bytes of answered batches as they travelled.',
    java: 'byte-total',
  },
  batchRecords: {
    name: 'kafka_producer_batch_records',
    type: 'histogram',
    labels: ['client_id'],
    unit: 'count',
    buckets: recordBuckets,
    help: 'Records of a batch.',
    java: 'records-per-request-avg',
  },
  batchBytes: {
    name: 'kafka_producer_batch_bytes',
    type: 'histogram',
    labels: ['client_id'],
    unit: 'bytes',
    buckets: byteBuckets,
    help: 'Bytes of a batch as it travelled.',
    java: 'batch-size-avg',
  },
  compressionRatio: {
    name: 'kafka_producer_compression_ratio',
    type: 'histogram',
    labels: ['client_id'],
    unit: 'ratio',
    buckets: ratioBuckets,
    help: 'Bytes of a batch as it travelled per byte before compression.',
    java: 'compression-rate-avg',
  },
  queueWait: {
    name: 'kafka_producer_queue_wait_seconds',
    type: 'histogram',
    labels: ['client_id'],
    unit: 'seconds',
    buckets: durationBuckets,
    help: 'Seconds that the oldest record of a batch waited until the batch was written.',
    java: 'record-queue-time-avg',
  },
  requestDuration: {
    name: 'kafka_producer_request_duration_seconds',
    type: 'histogram',
    labels: ['client_id', 'broker'],
    unit: 'seconds',
    buckets: durationBuckets,
    help: 'Seconds from writing a Produce request to the answer that its records are in the log.',
    java: 'request-latency-avg',
  },
  throttle: {
    name: 'kafka_producer_throttle_seconds',
    type: 'histogram',
    labels: ['client_id', 'broker'],
    unit: 'seconds',
    buckets: durationBuckets,
    help: 'Pauses that brokers asked for because of a quota.',
    java: 'produce-throttle-time-avg',
    demo: 'the brokers of the demo have no quota',
  },
  bufferFull: {
    name: 'kafka_producer_buffer_full_total',
    type: 'counter',
    labels: ['client_id', 'result'],
    unit: 'count',
    help: 'Sends that found the buffer full: result waited or refused.',
    java: 'buffer-exhausted-total',
  },
  recreated: {
    name: 'kafka_producer_recreated_total',
    type: 'counter',
    labels: ['client_id', 'reason'],
    unit: 'count',
    help: 'Partitions that went on under a new producer id or epoch.',
    demo: 'no record of the demo reaches its deadline, so no partition needs a new producer id',
  },
  disconnects: {
    name: 'kafka_producer_disconnects_total',
    type: 'counter',
    labels: ['client_id'],
    unit: 'count',
    help: 'Times that the producer lost its last connection.',
  },
  batchingPoor: {
    name: 'kafka_producer_batching_poor_total',
    type: 'counter',
    labels: ['client_id', 'topic'],
    unit: 'count',
    help: 'Times that a topic was found with nearly a batch for each record, because its keys spread over too many partitions; at most once a minute.',
  },
  spooled: {
    name: 'kafka_producer_spooled_total',
    type: 'counter',
    labels: ['client_id', 'topic'],
    unit: 'count',
    help: 'Records put on the local disk because the cluster was not there; policy onUnavailable.',
  },
  spoolEvents: {
    name: 'kafka_producer_spool_events_total',
    type: 'counter',
    labels: ['client_id', 'topic', 'event'],
    unit: 'count',
    help: 'What happened to the rows of records on the local disk: one began, drained (all of it is sent), or had a record rejected, which is kept in a file beside.',
    demo: 'the demo has no spool: its cluster comes back before its patience ends',
  },
  transactions: {
    name: 'kafka_producer_transactions_total',
    type: 'counter',
    labels: ['client_id', 'result'],
    unit: 'count',
    help: 'Transactions by how they ended for their caller: committed, aborted, or unknown (the commit was written and never answered).',
    demo: 'no channel needs a transaction: each event is one record',
  },
  transactionDuration: {
    name: 'kafka_producer_transaction_duration_seconds',
    type: 'histogram',
    labels: ['client_id', 'result'],
    unit: 'seconds',
    buckets: durationBuckets,
    help: 'Seconds from the turn of a transaction to its end.',
    java: 'txn-commit-time-ns-total',
    demo: 'no channel needs a transaction: each event is one record',
  },
}
