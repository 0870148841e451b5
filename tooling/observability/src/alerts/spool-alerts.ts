import type { AlertDefinition } from '../alert-definition.ts'
import { minutes } from '../minutes.ts'
import { shop } from '../producer-labels.ts'

/** Whether records wait on a local disk, for how long, and whether there is room for more. */
export const spoolAlerts: readonly AlertDefinition[] = [
  {
    name: 'KafkaSpoolInUse',
    severity: 'warning',
    expr: () => 'kafka_producer_spool_records > 0',
    forSeconds: minutes(5),
    summary:
      '{{ $value | humanize }} records of {{ $labels.client_id }} wait on the disk of {{ $labels.instance }}',
    description:
      'The cluster was not there, and records are kept on the local disk. Bring the cluster back; they are sent by themselves, in order. Keep this instance and its disk until they are.',
    meaning:
      'The policy `onUnavailable` keeps records in files of this instance because the cluster did not take them. They were reported as `spooled`, not as delivered. If the disk goes, they go.',
    steps: [
      'Do not remove this instance or its volume.',
      'Bring the brokers back. `kafka_producer_spool_replayed_total` shows how the files are worked off.',
      'A record that the cluster refuses for good is kept in a file beside (`kafka_producer_spool_events_total`, event `rejected`): look at it by hand.',
    ],
    tests: [
      {
        series: { 'kafka_producer_spool_records{job="shop", instance="a", client_id="shop"}': '1200x10' },
        at: '6m',
        fires: [{ labels: { ...shop, instance: 'a' }, value: '1.2k' }],
      },
      {
        series: {
          'kafka_producer_spool_records{job="shop", instance="a", client_id="shop"}': '1200x3 0x10',
        },
        at: '6m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaSpoolNearlyFull',
    severity: 'critical',
    expr: () => 'kafka_producer_spool_bytes / (kafka_producer_spool_max_bytes > 0) > 0.8',
    forSeconds: 0,
    summary:
      'The spool of {{ $labels.client_id }} on {{ $labels.instance }} is {{ $value | humanizePercentage }} full',
    description:
      'The files on the local disk take more than four fifths of maxBytes. At the bound sends fail as if there was no spool. Bring the cluster back, or slow the senders down.',
    meaning:
      'The files of the policy `onUnavailable` take more than four fifths of its `maxBytes`. At the bound a record that cannot be sent ends as it would without the policy, and the `cause` of its error is `SPOOL_FULL`.',
    steps: [
      'Bring the brokers back: the files are worked off by themselves, and their room is free again piece by piece.',
      'If that takes longer than the rest of the room lasts, slow the senders down, or start the service again with a larger `maxBytes`: what is in the files is kept.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_spool_bytes{job="shop", instance="a", client_id="shop"}': '900x5',
          'kafka_producer_spool_max_bytes{job="shop", instance="a", client_id="shop"}': '1000x5',
        },
        at: '3m',
        fires: [{ labels: { ...shop, instance: 'a' }, value: '90%' }],
      },
      {
        // Half full, and a producer without a spool.
        series: {
          'kafka_producer_spool_bytes{job="shop", instance="a", client_id="shop"}': '500x5',
          'kafka_producer_spool_max_bytes{job="shop", instance="a", client_id="shop"}': '1000x5',
          'kafka_producer_spool_bytes{job="shop", instance="b", client_id="shop"}': '0x5',
          'kafka_producer_spool_max_bytes{job="shop", instance="b", client_id="shop"}': '0x5',
        },
        at: '5m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaSpoolOld',
    severity: 'critical',
    expr: () => `kafka_producer_spool_oldest_record_age_seconds > ${minutes(30)}`,
    forSeconds: 0,
    summary:
      'The spool of {{ $labels.client_id }} on {{ $labels.instance }} has waited for {{ $value | humanizeDuration }}',
    description:
      'The oldest record of the spool was put there more than thirty minutes ago, and consumers will see it with this delay. Bring the cluster back before the spool is full; then sends fail.',
    meaning:
      'The oldest record that the policy `onUnavailable` keeps was put there more than half an hour ago, maybe by an earlier process, and consumers will see it with this delay. See `KafkaSpoolNearlyFull` for their room.',
    steps: [
      'Compare `kafka_producer_spool_bytes` with `kafka_producer_spool_max_bytes`, and see how fast it grows.',
      'If the cluster is well and the files do not shrink, look for `kafka_producer_spool_replayed_unknown_total`: attempts that get no answer.',
      'If they shrink and the age grows all the same, the records of one topic cannot be sent, because it was deleted or a partition of it has no leader. The log names the topics whose records go to the spool.',
      'Warn those who consume: what they see next is old.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_spool_oldest_record_age_seconds{job="shop", instance="a", client_id="shop"}':
            '0+60x60',
        },
        at: '40m',
        fires: [{ labels: { ...shop, instance: 'a' }, value: '40m 0s' }],
      },
      {
        // Always in use, and worked off in time.
        series: {
          'kafka_producer_spool_oldest_record_age_seconds{job="shop", instance="a", client_id="shop"}':
            '0+60x20 0+60x20',
        },
        at: '40m',
        fires: [],
      },
    ],
  },
]
