import type { Dashboard } from '../dashboard.ts'
import { events, heat, level, mean, perSecond, percentiles, share } from '../panel-queries.ts'
import { spoolRow } from './spool-row.ts'

const client = 'client_id=~"$client_id"'
const clientAndTopic = `${client}, topic=~"$topic"`
const byClient = { where: client, by: ['client_id'] }
const byTopic = { where: clientAndTopic, by: ['topic'] }

/** How a producer is, from the outcome back to its causes. */
export const producerDashboard: Dashboard = {
  name: 'producer',
  title: 'Headwater: producer',
  description:
    'Whether records arrive, how long that takes, what holds them up, and what lies on the local disk.',
  variables: [
    { name: 'client_id', title: 'Service', series: 'kafka_producer_connected' },
    {
      name: 'topic',
      title: 'Topic',
      series: 'kafka_producer_send_duration_seconds_count{client_id=~"$client_id"}',
    },
  ],
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Connected',
          description:
            'Whether every producer reaches its brokers. One that nobody uses may be without a connection.',
          kind: 'now',
          unit: 'boolean',
          queries: [{ expr: `min(kafka_producer_connected{${client}})`, legend: 'all connected' }],
          steps: [{ from: 1, colour: 'green' }],
        },
        {
          title: 'Acknowledged',
          description: 'Records that Kafka acknowledged, a second.',
          kind: 'now',
          unit: 'count/s',
          queries: [
            perSecond('kafka_producer_messages_sent_total', {
              where: clientAndTopic,
              by: [],
              legend: 'acknowledged',
            }),
          ],
        },
        {
          title: 'Not delivered',
          description: 'Share of the records that ended as failed. Alert KafkaProducerErrors.',
          kind: 'now',
          unit: 'ratio',
          queries: [
            share(
              'kafka_producer_send_duration_seconds_count',
              'outcome!~"delivered|spooled|dead-lettered"',
              {
                where: clientAndTopic,
                by: [],
                legend: 'failed',
              },
            ),
          ],
          steps: [
            { from: 0.001, colour: 'yellow' },
            { from: 0.01, colour: 'red' },
          ],
        },
        {
          title: 'Send, p99',
          description: 'From send to acknowledgement. Alert KafkaProducerSlow.',
          kind: 'now',
          unit: 'seconds',
          queries: percentiles(
            'kafka_producer_send_duration_seconds',
            { where: `${clientAndTopic}, outcome="delivered"`, by: [] },
            [0.99],
          ),
          steps: [
            { from: 0.5, colour: 'yellow' },
            { from: 1, colour: 'red' },
          ],
        },
        {
          title: 'Since the last acknowledgement',
          description: 'The instance that waits longest. It grows also where nothing is sent.',
          kind: 'now',
          unit: 'seconds',
          queries: [
            {
              expr: `max(time() - kafka_producer_last_delivery_timestamp_seconds{${client}})`,
              legend: 'age',
            },
          ],
        },
        {
          title: 'On the local disk',
          description: 'Records that wait in the spool for the cluster. Alert KafkaSpoolInUse.',
          kind: 'now',
          unit: 'count',
          queries: [level('kafka_producer_spool_records', { where: client, by: [], legend: 'records' })],
          steps: [{ from: 1, colour: 'yellow' }],
        },
      ],
    },
    {
      title: 'Outcomes',
      panels: [
        {
          title: 'Acknowledged by topic',
          description: 'Records a second.',
          kind: 'stacked',
          unit: 'count/s',
          queries: [perSecond('kafka_producer_messages_sent_total', byTopic)],
        },
        {
          title: 'Failed by kind and outcome',
          description:
            'The outcome says where the record is: unknown (perhaps in the log), rejected and not-sent (not in it), dead-lettered (in a dead-letter topic).',
          kind: 'stacked',
          unit: 'count',
          queries: [
            events('kafka_producer_messages_failed_total', {
              where: clientAndTopic,
              by: ['error_kind', 'outcome'],
            }),
          ],
        },
        {
          title: 'Known too late',
          description:
            'Records whose fate became known after their senders had given up. Alert KafkaProducerLateOutcomes.',
          kind: 'lines',
          unit: 'count',
          queries: [
            events('kafka_producer_late_outcomes_total', {
              where: clientAndTopic,
              by: ['topic', 'outcome'],
            }),
          ],
        },
      ],
    },
    {
      title: 'Time',
      panels: [
        {
          title: 'Send to acknowledgement',
          description: 'Over all chosen topics; the line is where the alert begins.',
          kind: 'lines',
          unit: 'seconds',
          queries: percentiles('kafka_producer_send_duration_seconds', {
            where: `${clientAndTopic}, outcome="delivered"`,
            by: [],
          }),
          steps: [{ from: 1, colour: 'red' }],
        },
        {
          title: 'Sends by duration',
          description: 'How many sends took how long: two bands mean two kinds of sends.',
          kind: 'heat',
          unit: 'seconds',
          queries: heat('kafka_producer_send_duration_seconds', clientAndTopic),
        },
        {
          title: 'p99 by topic',
          description: 'Which topic is slow.',
          kind: 'lines',
          unit: 'seconds',
          queries: percentiles('kafka_producer_send_duration_seconds', byTopic, [0.99]),
        },
        {
          title: 'Waiting before the first attempt',
          description:
            'How long the oldest record of a batch waited: high while requests are quick means that too much is sent.',
          kind: 'lines',
          unit: 'seconds',
          queries: percentiles('kafka_producer_queue_wait_seconds', { where: client, by: [] }),
        },
        {
          title: 'Requests by broker, p99',
          description:
            'From writing a request to its answer: one broker that stands out has slow disks or slow followers.',
          kind: 'lines',
          unit: 'seconds',
          queries: percentiles(
            'kafka_producer_request_duration_seconds',
            { where: client, by: ['broker'] },
            [0.99],
          ),
        },
        {
          title: 'Pauses that brokers ask for',
          description: 'Share of the time that quotas take. Alert KafkaProducerThrottled.',
          kind: 'lines',
          unit: 'ratio',
          queries: [
            perSecond('kafka_producer_throttle_seconds_sum', { where: client, by: ['client_id', 'broker'] }),
          ],
          steps: [{ from: 0.05, colour: 'red' }],
        },
      ],
    },
    {
      title: 'Buffer and connections',
      panels: [
        {
          title: 'Records not settled',
          description: 'Taken and not yet acknowledged or failed.',
          kind: 'lines',
          unit: 'count',
          queries: [level('kafka_producer_queue_size', byClient)],
        },
        {
          title: 'Share of the buffer',
          description: 'Of the fullest instance, of its bufferMemory. Alert KafkaProducerBufferNearlyFull.',
          kind: 'lines',
          unit: 'ratio',
          queries: [
            {
              expr: `max by (client_id) (kafka_producer_queue_bytes{${client}} / kafka_producer_buffer_memory_bytes{${client}})`,
              legend: '{{client_id}}',
            },
          ],
          steps: [{ from: 0.8, colour: 'red' }],
        },
        {
          title: 'Sends that wait for room',
          description: 'Above zero the buffer is full, or a topic is unknown.',
          kind: 'lines',
          unit: 'count',
          queries: [level('kafka_producer_waiting_sends', byClient)],
          steps: [{ from: 1, colour: 'red' }],
        },
        {
          title: 'Bytes that wait for room',
          description: 'Of those sends.',
          kind: 'lines',
          unit: 'bytes',
          queries: [level('kafka_producer_waiting_bytes', byClient)],
        },
        {
          title: 'Buffer found full',
          description: 'Sends that had to wait, sends that failed, and posts that were dropped.',
          kind: 'lines',
          unit: 'count/s',
          queries: [
            perSecond('kafka_producer_buffer_full_total', { where: client, by: ['client_id', 'result'] }),
            perSecond('kafka_producer_posts_refused_total', {
              ...byClient,
              legend: '{{client_id}} post dropped',
            }),
          ],
        },
        {
          title: 'Requests in flight and connections',
          description: 'No connection means idle, or cut off.',
          kind: 'lines',
          unit: 'count',
          queries: [
            level('kafka_producer_requests_in_flight', { ...byClient, legend: '{{client_id}} in flight' }),
            level('kafka_producer_connections', { ...byClient, legend: '{{client_id}} connections' }),
          ],
        },
      ],
    },
    {
      title: 'Attempts',
      panels: [
        {
          title: 'Batches written again',
          description: 'By reason. Some after a restart of a broker are normal. Alert KafkaProducerRetries.',
          kind: 'stacked',
          unit: 'count',
          queries: [events('kafka_producer_retries_total', { where: clientAndTopic, by: ['reason'] })],
        },
        {
          title: 'Lost connections and new producer ids',
          description: 'Each is an event. Alert KafkaProducerRecreated.',
          kind: 'lines',
          unit: 'count',
          queries: [
            events('kafka_producer_disconnects_total', {
              ...byClient,
              legend: '{{client_id}} disconnected',
            }),
            events('kafka_producer_recreated_total', {
              where: client,
              by: ['client_id', 'reason'],
              legend: '{{client_id}} new id: {{reason}}',
            }),
          ],
        },
        {
          title: 'Transactions by result',
          description: 'Of producers with a transactional id. Alert KafkaTransactionsFail.',
          kind: 'stacked',
          unit: 'count',
          queries: [events('kafka_producer_transactions_total', { where: client, by: ['result'] })],
        },
        {
          title: 'Transactions, p99',
          description: "From a transaction's turn to its end.",
          kind: 'lines',
          unit: 'seconds',
          queries: percentiles(
            'kafka_producer_transaction_duration_seconds',
            { where: client, by: ['result'] },
            [0.99],
          ),
        },
      ],
    },
    {
      title: 'Batches',
      panels: [
        {
          title: 'Bytes on the wire',
          description: 'By topic, compressed.',
          kind: 'stacked',
          unit: 'bytes/s',
          queries: [perSecond('kafka_producer_bytes_total', byTopic)],
        },
        {
          title: 'Records a batch',
          description: 'The more, the cheaper for both sides.',
          kind: 'lines',
          unit: 'count',
          queries: [mean('kafka_producer_batch_records', byClient)],
        },
        {
          title: 'Bytes a batch',
          description: 'The bound is batchSize.',
          kind: 'lines',
          unit: 'bytes',
          queries: [mean('kafka_producer_batch_bytes', byClient)],
        },
        {
          title: 'Compression',
          description: 'Bytes that travel per byte that was sent; 100 % is none.',
          kind: 'lines',
          unit: 'ratio',
          queries: [mean('kafka_producer_compression_ratio', byClient)],
        },
        {
          title: 'Topics with a batch for each record',
          description: 'Keys that spread over too many partitions. Alert KafkaProducerBatchingPoor.',
          kind: 'lines',
          unit: 'count/s',
          queries: [perSecond('kafka_producer_batching_poor_total', byTopic)],
        },
      ],
    },
    spoolRow,
  ],
}
