import type { ProducerStats } from '@headwater/producer'
import type { MetricDefinition } from './metric-definition.ts'

/** What a gauge is read from, at scrape time. */
interface GaugeSource {
  readonly stats: ProducerStats
  /** Whether a deadline passed since the last answer of a broker. */
  readonly stalled: boolean
}

/** A gauge and where its value comes from. */
export interface GaugeDefinition extends MetricDefinition<'client_id'> {
  readonly type: 'gauge'
  /** `undefined`: there is no value yet. */
  readonly read: (source: GaugeSource) => number | undefined
  /** How the values of several producers with the same client id make one. */
  readonly merge: (left: number, right: number) => number
}

const labels = ['client_id'] as const
const sum = (left: number, right: number): number => left + right

/** The gauges, by the name that code uses. */
export type GaugeKey =
  | 'connected'
  | 'queueSize'
  | 'queueBytes'
  | 'bufferMemory'
  | 'waitingSends'
  | 'waitingBytes'
  | 'spoolRecords'
  | 'spoolBytes'
  | 'spoolMaxBytes'
  | 'spoolOldestAge'
  | 'requestsInFlight'
  | 'connections'
  | 'lastDelivery'

/** What the producer holds now. */
export const producerGaugeTable: Readonly<Record<GaugeKey, GaugeDefinition>> = {
  connected: {
    name: 'kafka_producer_connected',
    type: 'gauge',
    labels,
    unit: 'boolean',
    help: '1 while a broker is connected and no deadline has passed since the last answer of one, else 0.',
    read: ({ stats, stalled }) => (stats.state === 'connected' && !stalled ? 1 : 0),
    merge: Math.min,
    java: 'connection-count',
  },
  queueSize: {
    name: 'kafka_producer_queue_size',
    type: 'gauge',
    labels,
    unit: 'count',
    help: 'Records taken and not settled.',
    read: ({ stats }) => stats.pendingRecords,
    merge: sum,
  },
  queueBytes: {
    name: 'kafka_producer_queue_bytes',
    type: 'gauge',
    labels,
    unit: 'bytes',
    help: 'Bytes of the batches that are not settled; bounded by bufferMemory.',
    read: ({ stats }) => stats.bufferedBytes,
    merge: sum,
    java: 'buffer-total-bytes - buffer-available-bytes',
  },
  bufferMemory: {
    name: 'kafka_producer_buffer_memory_bytes',
    type: 'gauge',
    labels,
    unit: 'bytes',
    help: 'What the bytes of unsettled batches may become: the option bufferMemory.',
    read: ({ stats }) => stats.bufferMemory,
    merge: sum,
    java: 'buffer-total-bytes',
  },
  waitingSends: {
    name: 'kafka_producer_waiting_sends',
    type: 'gauge',
    labels,
    unit: 'count',
    help: 'Sends that wait for room in the buffer or for metadata.',
    read: ({ stats }) => stats.waitingSends,
    merge: sum,
    java: 'waiting-threads',
  },
  waitingBytes: {
    name: 'kafka_producer_waiting_bytes',
    type: 'gauge',
    labels,
    unit: 'bytes',
    help: 'Bytes of those sends; bounded by maxWaitingBytes.',
    read: ({ stats }) => stats.waitingBytes,
    merge: sum,
  },
  spoolRecords: {
    name: 'kafka_producer_spool_records',
    type: 'gauge',
    labels,
    unit: 'count',
    help: 'Records on the local disk that wait for the cluster; policy onUnavailable.',
    read: ({ stats }) => stats.spoolRecords,
    merge: sum,
  },
  spoolBytes: {
    name: 'kafka_producer_spool_bytes',
    type: 'gauge',
    labels,
    unit: 'bytes',
    help: 'Bytes of the files of the spool; bounded by its maxBytes.',
    read: ({ stats }) => stats.spoolBytes,
    merge: sum,
  },
  spoolMaxBytes: {
    name: 'kafka_producer_spool_max_bytes',
    type: 'gauge',
    labels,
    unit: 'bytes',
    help: 'What the bytes of the files may become: the option maxBytes of the policy onUnavailable; 0 without it.',
    read: ({ stats }) => stats.spoolMaxBytes,
    merge: sum,
  },
  spoolOldestAge: {
    name: 'kafka_producer_spool_oldest_record_age_seconds',
    type: 'gauge',
    labels,
    unit: 'seconds',
    help: 'How long the oldest record on the local disk has been there, over restarts, too; 0 when there is none.',
    read: ({ stats }) => stats.spoolOldestAgeMs / 1000,
    merge: Math.max,
  },
  requestsInFlight: {
    name: 'kafka_producer_requests_in_flight',
    type: 'gauge',
    labels,
    unit: 'count',
    help: 'Produce requests written and not answered.',
    read: ({ stats }) => stats.inFlightRequests,
    merge: sum,
    java: 'requests-in-flight',
  },
  connections: {
    name: 'kafka_producer_connections',
    type: 'gauge',
    labels,
    unit: 'count',
    help: 'Connections to brokers.',
    read: ({ stats }) => stats.connections,
    merge: sum,
    java: 'connection-count',
  },
  lastDelivery: {
    name: 'kafka_producer_last_delivery_timestamp_seconds',
    type: 'gauge',
    labels,
    unit: 'timestamp',
    help: 'When the last acknowledgement came, seconds since the epoch.',
    read: ({ stats }) => (stats.lastDeliveredAt === undefined ? undefined : stats.lastDeliveredAt / 1000),
    merge: Math.max,
  },
}
