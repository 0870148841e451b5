import type { MetricDefinition } from '@headwater/metrics'

/** Metrics that stand in one table. */
export interface MetricChapter {
  readonly title: string
  readonly intro: string
  readonly has: (metric: MetricDefinition) => boolean
}

const begins =
  (prefix: string) =>
  ({ name }: MetricDefinition): boolean =>
    name.startsWith(prefix)

const isOfSpool = begins('kafka_producer_spool')
const isOfProducer = (metric: MetricDefinition): boolean =>
  begins('kafka_producer_')(metric) && !isOfSpool(metric)

/** The tables of the document. Each metric stands in one of them. */
export const metricChapters: readonly MetricChapter[] = [
  {
    title: 'Producer: what it has done',
    intro: 'From the hooks of the producer: `prometheusMetrics(registry, { clientId })`.',
    has: (metric) => isOfProducer(metric) && metric.type !== 'gauge',
  },
  {
    title: 'Producer: what it holds now',
    intro: 'Read from `stats()` of every producer under observation whenever Prometheus asks.',
    has: (metric) => isOfProducer(metric) && metric.type === 'gauge',
  },
  {
    title: 'Producer: the local disk',
    intro: 'Records that wait for the cluster under the policy `onUnavailable`.',
    has: isOfSpool,
  },
  {
    title: 'Dead letters',
    intro: 'Counted by all who write dead letters: producer, channels.',
    has: begins('kafka_dlq_'),
  },
  { title: 'Intake', intro: 'From the channels: `intakeMetrics(registry)`.', has: begins('intake_') },
  {
    title: 'Schema registry',
    intro: 'What clients of a registry asked and got.',
    has: begins('schema_registry_'),
  },
  { title: 'Codec', intro: 'Values encoded and decoded by their schemas.', has: begins('schema_codec_') },
  {
    title: 'Embedded Kafka',
    intro: 'Of the brokers that run inside a test or the demo; a service has none of these.',
    has: begins('embedded_kafka_'),
  },
]
