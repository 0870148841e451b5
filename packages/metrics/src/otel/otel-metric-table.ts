import { byteBuckets, durationBuckets, ratioBuckets, recordBuckets } from '../buckets.ts'
import type { OtelMetricDefinition } from './otel-metric-definition.ts'

interface CounterMetric extends OtelMetricDefinition {
  readonly type: 'counter'
}

interface HistogramMetric extends OtelMetricDefinition {
  readonly type: 'histogram'
}

/** The metrics that the conventions name. */
export interface ConventionMetricTable {
  readonly sentMessages: CounterMetric
  readonly operationDuration: HistogramMetric
  readonly consumedMessages: CounterMetric
  readonly processDuration: HistogramMetric
}

/** The metrics of a producer's hooks. */
export interface ProducerOtelMetricTable {
  readonly lateOutcomes: CounterMetric
  readonly retries: CounterMetric
  readonly sentSize: CounterMetric
  readonly batchMessages: HistogramMetric
  readonly batchSize: HistogramMetric
  readonly compressionRatio: HistogramMetric
  readonly queueDuration: HistogramMetric
  readonly requestDuration: HistogramMetric
  readonly throttleDuration: HistogramMetric
  readonly bufferFull: CounterMetric
  readonly idRenewals: CounterMetric
  readonly disconnects: CounterMetric
  readonly batchingPoor: CounterMetric
  readonly spoolEvents: CounterMetric
  readonly transactionDuration: HistogramMetric
  readonly deadLetters: CounterMetric
}

const operation = ['messaging.operation.name', 'messaging.operation.type', 'messaging.destination.name']
const topic = ['messaging.destination.name']

/** What the conventions for messaging name. */
export const conventionMetricTable: ConventionMetricTable = {
  sentMessages: {
    name: 'messaging.client.sent.messages',
    type: 'counter',
    unit: '{message}',
    description:
      'Records that were written to a broker before their send was over, acknowledged or not; those from the spool are late outcomes.',
    attributes: [...operation, 'error.type', 'headwater.outcome'],
  },
  operationDuration: {
    name: 'messaging.client.operation.duration',
    type: 'histogram',
    unit: 's',
    description: 'From send to the outcome of a record.',
    attributes: [...operation, 'error.type', 'headwater.outcome'],
    buckets: durationBuckets,
  },
  consumedMessages: {
    name: 'messaging.client.consumed.messages',
    type: 'counter',
    unit: '{message}',
    description: 'Messages that were given to process.',
    attributes: [...operation, 'messaging.consumer.group.name', 'error.type'],
  },
  processDuration: {
    name: 'messaging.process.duration',
    type: 'histogram',
    unit: 's',
    description: 'How long processing a message took.',
    attributes: [...operation, 'messaging.consumer.group.name', 'error.type'],
    buckets: durationBuckets,
  },
}

const oldOperation = ['messaging.operation', 'messaging.destination.name']

/** The same under the names of version 1.24, with `messaging/dup`. */
export const oldMetricTable: ConventionMetricTable = {
  sentMessages: {
    ...conventionMetricTable.sentMessages,
    name: 'messaging.publish.messages',
    attributes: [...oldOperation, 'error.type', 'headwater.outcome'],
  },
  operationDuration: {
    ...conventionMetricTable.operationDuration,
    name: 'messaging.publish.duration',
    attributes: [...oldOperation, 'error.type', 'headwater.outcome'],
  },
  consumedMessages: {
    ...conventionMetricTable.consumedMessages,
    name: 'messaging.deliver.messages',
    attributes: [...oldOperation, 'messaging.kafka.consumer.group', 'error.type'],
  },
  processDuration: {
    ...conventionMetricTable.processDuration,
    name: 'messaging.deliver.duration',
    attributes: [...oldOperation, 'messaging.kafka.consumer.group', 'error.type'],
  },
}

/** What Headwater tells beyond the conventions. */
export const producerOtelMetricTable: ProducerOtelMetricTable = {
  lateOutcomes: {
    name: 'headwater.producer.late_outcomes',
    type: 'counter',
    unit: '{message}',
    description:
      'Records whose fate became known after their sender had given up, or that came from the spool.',
    attributes: [...topic, 'headwater.outcome'],
  },
  retries: {
    name: 'headwater.producer.retries',
    type: 'counter',
    unit: '{batch}',
    description: 'Batches written again; error.type is the error of the broker or of the connection.',
    attributes: [...topic, 'error.type'],
  },
  sentSize: {
    name: 'headwater.producer.sent.size',
    type: 'counter',
    unit: 'By',
    description: 'Bytes of answered batches as they travelled.',
    attributes: topic,
  },
  batchMessages: {
    name: 'headwater.producer.batch.messages',
    type: 'histogram',
    unit: '{message}',
    description: 'Records of a batch.',
    attributes: [],
    buckets: recordBuckets,
  },
  batchSize: {
    name: 'headwater.producer.batch.size',
    type: 'histogram',
    unit: 'By',
    description: 'Bytes of a batch as it travelled.',
    attributes: [],
    buckets: byteBuckets,
  },
  compressionRatio: {
    name: 'headwater.producer.batch.compression_ratio',
    type: 'histogram',
    unit: '1',
    description: 'Bytes of a batch as it travelled per byte before compression.',
    attributes: [],
    buckets: ratioBuckets,
  },
  queueDuration: {
    name: 'headwater.producer.queue.duration',
    type: 'histogram',
    unit: 's',
    description: 'How long the oldest record of a batch waited until the batch was written.',
    attributes: [],
    buckets: durationBuckets,
  },
  requestDuration: {
    name: 'headwater.producer.request.duration',
    type: 'histogram',
    unit: 's',
    description: 'From writing a Produce request to the answer that its records are in the log.',
    attributes: ['headwater.broker.id'],
    buckets: durationBuckets,
  },
  throttleDuration: {
    name: 'headwater.producer.throttle.duration',
    type: 'histogram',
    unit: 's',
    description: 'Pauses that brokers asked for because of a quota.',
    attributes: ['headwater.broker.id'],
    buckets: durationBuckets,
  },
  bufferFull: {
    name: 'headwater.producer.buffer_full',
    type: 'counter',
    unit: '{send}',
    description: 'Sends that found the buffer full.',
    attributes: ['headwater.result'],
  },
  idRenewals: {
    name: 'headwater.producer.id_renewals',
    type: 'counter',
    unit: '{partition}',
    description: 'Partitions that went on under a new producer id or epoch; error.type says why.',
    attributes: ['error.type'],
  },
  disconnects: {
    name: 'headwater.producer.disconnects',
    type: 'counter',
    unit: '{disconnect}',
    description: 'Times that the producer lost its last connection.',
    attributes: [],
  },
  batchingPoor: {
    name: 'headwater.producer.batching_poor',
    type: 'counter',
    unit: '{finding}',
    description: 'Times that keys were found to be so many that batching dies.',
    attributes: topic,
  },
  spoolEvents: {
    name: 'headwater.producer.spool.events',
    type: 'counter',
    unit: '{event}',
    description: 'Rows of records on the local disk that began, were drained, or had a record refused.',
    attributes: [...topic, 'headwater.spool.event'],
  },
  transactionDuration: {
    name: 'headwater.producer.transaction.duration',
    type: 'histogram',
    unit: 's',
    description: 'From the turn of a transaction to its end.',
    attributes: ['headwater.result'],
    buckets: durationBuckets,
  },
  deadLetters: {
    name: 'headwater.producer.dead_letters',
    type: 'counter',
    unit: '{message}',
    description: 'Records put into a dead-letter topic; the destination is the one that they were meant for.',
    attributes: topic,
  },
}
