import type { CounterDefinition, MetricDefinition } from './metric-definition.ts'

interface GaugeDefinition extends MetricDefinition<never> {
  readonly type: 'gauge'
}

/** The metrics of an embedded cluster, with their labels. */
export interface EmbeddedMetricTable {
  readonly recordsAppended: CounterDefinition<never>
  readonly bytesAppended: CounterDefinition<never>
  readonly recordsFetched: CounterDefinition<never>
  readonly bytesFetched: CounterDefinition<never>
  readonly requests: CounterDefinition<'api'>
  readonly faultsFired: CounterDefinition<never>
  readonly connectionsOpened: CounterDefinition<never>
  readonly connections: GaugeDefinition
  readonly brokersRunning: GaugeDefinition
}

/** What clients do to an embedded cluster. */
export const embeddedMetricTable: EmbeddedMetricTable = {
  recordsAppended: {
    name: 'embedded_kafka_records_appended_total',
    type: 'counter',
    labels: [],
    unit: 'count',
    help: 'Records appended to the logs of the embedded Kafka; a batch that came twice counts once.',
  },
  bytesAppended: {
    name: 'embedded_kafka_appended_bytes_total',
    type: 'counter',
    labels: [],
    unit: 'bytes',
    help: 'Bytes of those records, as they travelled.',
  },
  recordsFetched: {
    name: 'embedded_kafka_records_fetched_total',
    type: 'counter',
    labels: [],
    unit: 'count',
    help: 'Records in the batches that consumers were given, whole batches as always.',
  },
  bytesFetched: {
    name: 'embedded_kafka_fetched_bytes_total',
    type: 'counter',
    labels: [],
    unit: 'bytes',
    help: 'Bytes of those batches.',
  },
  requests: {
    name: 'embedded_kafka_requests_total',
    type: 'counter',
    labels: ['api'],
    unit: 'count',
    help: "Requests that the embedded brokers took, by Kafka's name for them.",
  },
  faultsFired: {
    name: 'embedded_kafka_faults_fired_total',
    type: 'counter',
    labels: [],
    unit: 'count',
    help: 'Times that a fault which was ordered has fired.',
  },
  connectionsOpened: {
    name: 'embedded_kafka_connections_opened_total',
    type: 'counter',
    labels: [],
    unit: 'count',
    help: 'Connections that the embedded brokers accepted.',
  },
  connections: {
    name: 'embedded_kafka_connections',
    type: 'gauge',
    labels: [],
    unit: 'count',
    help: 'Connections that are open.',
  },
  brokersRunning: {
    name: 'embedded_kafka_brokers_running',
    type: 'gauge',
    labels: [],
    unit: 'count',
    help: 'Embedded brokers that run.',
  },
}
