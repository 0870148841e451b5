import type { AlertDefinition } from '../alert-definition.ts'
import { minutes } from '../minutes.ts'

/** Whether anybody would hear of anything at all. */
export const scrapeAlerts: readonly AlertDefinition[] = [
  {
    name: 'KafkaProducerMetricsMissing',
    severity: 'critical',
    expr: () => 'absent(kafka_producer_connected)',
    forSeconds: minutes(5),
    summary: 'No producer is scraped',
    description:
      'Prometheus has no metric of any producer, so no other alert can fire. Check the targets of Prometheus and whether the services run.',
    meaning:
      'Prometheus knows of no producer at all. Services are down, are not among its targets, or do not serve `/metrics`. Silence of the other alerts means nothing until this one is resolved.',
    steps: [
      'Open `/targets` of Prometheus: it says which ones it asks, and what they answer.',
      'Ask `/metrics` of a service by hand.',
    ],
    tests: [
      {
        series: { 'up{job="shop", instance="a"}': '0x10' },
        at: '6m',
        fires: [{ labels: {} }],
      },
      {
        series: { 'kafka_producer_connected{job="shop", instance="a", client_id="shop"}': '0x10' },
        at: '6m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaProducerTargetDown',
    severity: 'critical',
    expr: (time) =>
      `up == 0 and on (job, instance) count by (job, instance) (count_over_time(kafka_producer_connected[${time.range(minutes(60))}]))`,
    forSeconds: minutes(2),
    summary: '{{ $labels.instance }} of {{ $labels.job }} answers no scrape any more',
    description:
      'It had a producer within the last hour and does not answer now. If it was not stopped on purpose, look at its process; what its producer held is gone if it crashed.',
    meaning:
      'An instance that had a producer within the last hour does not answer Prometheus. If nobody stopped it, it crashed, or it is too busy to answer. Records that it held and had not been acknowledged were not reported as delivered to anybody.',
    steps: [
      'See whether the process runs, and why it ended: the exit code, the last lines of its log.',
      'With `onUnavailable` its records are in the files of the spool, and the next start sends them.',
    ],
    tests: [
      {
        series: {
          'up{job="shop", instance="a"}': '1x5 0x10',
          'kafka_producer_connected{job="shop", instance="a", client_id="shop"}': '1x5 _x10',
        },
        at: '9m',
        fires: [{ labels: { job: 'shop', instance: 'a' } }],
      },
      {
        // Somebody else's target.
        series: { 'up{job="database", instance="a"}': '0x10' },
        at: '9m',
        fires: [],
      },
    ],
  },
]
