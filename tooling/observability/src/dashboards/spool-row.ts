import type { DashboardRow } from '../dashboard.ts'
import { level, perSecond, total } from '../panel-queries.ts'

const client = 'client_id=~"$client_id"'
const byClient = { where: client, by: ['client_id'] }

/** What lies on local disks for want of the cluster. */
export const spoolRow: DashboardRow = {
  title: 'Spool',
  panels: [
    {
      title: 'Records on the local disk',
      description: 'By instance: these disks must not go away. Alert KafkaSpoolInUse.',
      kind: 'lines',
      unit: 'count',
      queries: [level('kafka_producer_spool_records', { where: client, by: ['client_id', 'instance'] })],
      steps: [{ from: 1, colour: 'yellow' }],
    },
    {
      title: 'Age of the oldest record',
      description: 'How late consumers see it at the least, by instance. Alert KafkaSpoolOld.',
      kind: 'lines',
      unit: 'seconds',
      queries: [
        level('kafka_producer_spool_oldest_record_age_seconds', {
          where: client,
          by: ['client_id', 'instance'],
        }),
      ],
      steps: [
        { from: 300, colour: 'yellow' },
        { from: 1800, colour: 'red' },
      ],
    },
    {
      title: 'Bytes of the files',
      description: 'Bounded by maxBytes; at the bound sends fail. Alert KafkaSpoolNearlyFull.',
      kind: 'lines',
      unit: 'bytes',
      queries: [
        level('kafka_producer_spool_bytes', { where: client, by: ['client_id', 'instance'] }),
        level('kafka_producer_spool_max_bytes', {
          where: client,
          by: ['client_id', 'instance'],
          legend: '{{client_id}} {{instance}} maxBytes',
        }),
      ],
    },
    {
      title: 'In and out',
      description: 'Records put on the disk, delivered from there, and sent again for want of an answer.',
      kind: 'lines',
      unit: 'count/s',
      queries: [
        perSecond('kafka_producer_spooled_total', { ...byClient, legend: '{{client_id}} in' }),
        perSecond('kafka_producer_spool_replayed_total', { ...byClient, legend: '{{client_id}} out' }),
        perSecond('kafka_producer_spool_replayed_unknown_total', {
          ...byClient,
          legend: '{{client_id}} without an answer',
        }),
      ],
    },
    {
      title: 'Events in the time shown',
      description: 'Rows that began, were worked off, or held a record that was refused for good.',
      kind: 'now',
      unit: 'count',
      queries: ['began', 'drained', 'rejected'].map((event) =>
        total('kafka_producer_spool_events_total', `${client}, event="${event}"`, event),
      ),
    },
  ],
}
