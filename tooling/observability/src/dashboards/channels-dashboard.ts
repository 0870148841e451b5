import type { Dashboard } from '../dashboard.ts'
import { events, heat, level, perSecond, percentiles, share, total } from '../panel-queries.ts'

const channel = 'job=~"$job", channel=~"$channel"'
const job = 'job=~"$job"'

/** What comes in, what becomes of it, and what its senders notice. */
export const channelsDashboard: Dashboard = {
  name: 'channels',
  title: 'Headwater: channels',
  description: 'What comes in by mail, webhook and form, what becomes of it, and how long its senders wait.',
  variables: [
    { name: 'job', title: 'Service', series: 'intake_messages_total' },
    { name: 'channel', title: 'Channel', series: 'intake_messages_total{job=~"$job"}' },
  ],
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Published',
          description: 'Messages whose events are in Kafka, a second.',
          kind: 'now',
          unit: 'count/s',
          queries: [
            perSecond('intake_messages_total', {
              where: `${channel}, outcome="published"`,
              by: [],
              legend: 'published',
            }),
          ],
        },
        {
          title: 'Answered with 5xx',
          description: 'Share of the messages whose senders were told to come back. Alert IntakeFails.',
          kind: 'now',
          unit: 'ratio',
          queries: [
            share('intake_http_responses_total', 'status=~"5.."', {
              where: `${job}, route=~"/channels/.*"`,
              by: [],
              legend: '5xx',
            }),
          ],
          steps: [
            { from: 0.001, colour: 'yellow' },
            { from: 0.01, colour: 'red' },
          ],
        },
        {
          title: 'Without a valid signature',
          description: 'A changed secret, or somebody who tries. Alert IntakeSignaturesFail.',
          kind: 'now',
          unit: 'ratio',
          queries: [
            share('intake_messages_total', 'outcome="unauthorised"', {
              where: channel,
              by: [],
              legend: 'unauthorised',
            }),
          ],
          steps: [
            { from: 0.01, colour: 'yellow' },
            { from: 0.1, colour: 'red' },
          ],
        },
        {
          title: 'Answer, p99',
          description: 'From the complete request to its answer. Alert IntakeSlow.',
          kind: 'now',
          unit: 'seconds',
          queries: percentiles('intake_webhook_duration_seconds', { where: channel, by: [] }, [0.99]),
          steps: [
            { from: 1, colour: 'yellow' },
            { from: 2.5, colour: 'red' },
          ],
        },
        {
          title: 'Dead letters in the time shown',
          description: 'Records in dead-letter topics. Alert KafkaDeadLetters.',
          kind: 'now',
          unit: 'count',
          queries: [total('kafka_dlq_messages_total', job, 'dead letters')],
          steps: [{ from: 1, colour: 'yellow' }],
        },
        {
          title: 'Duplicates in the time shown',
          description: 'Events that providers sent again and that were not sent again to Kafka.',
          kind: 'now',
          unit: 'count',
          queries: [total('intake_events_total', `${channel}, kind="duplicate"`, 'duplicates')],
        },
      ],
    },
    {
      title: 'Messages',
      panels: [
        {
          title: 'By channel',
          description: 'Requests with messages, a second.',
          kind: 'stacked',
          unit: 'count/s',
          queries: [perSecond('intake_messages_total', { where: channel, by: ['channel'] })],
        },
        {
          title: 'By outcome',
          description:
            'published and dead-lettered are in Kafka; unavailable and failed come again; invalid, unauthorised and too-large do not.',
          kind: 'stacked',
          unit: 'count/s',
          queries: [perSecond('intake_messages_total', { where: channel, by: ['outcome'] })],
        },
        {
          title: 'Events by kind',
          description:
            'A request may hold many events. A duplicate counts as published, too, and is not sent again.',
          kind: 'lines',
          unit: 'count/s',
          queries: [perSecond('intake_events_total', { where: channel, by: ['channel', 'kind'] })],
        },
      ],
    },
    {
      title: 'Answers',
      panels: [
        {
          title: 'Time to answer by channel, p99',
          description: 'Providers give up after 5 to 15 seconds and send again.',
          kind: 'lines',
          unit: 'seconds',
          queries: percentiles(
            'intake_webhook_duration_seconds',
            { where: channel, by: ['channel'] },
            [0.99],
          ),
          steps: [{ from: 2.5, colour: 'red' }],
        },
        {
          title: 'Answers by duration',
          description: 'How many answers took how long.',
          kind: 'heat',
          unit: 'seconds',
          queries: heat('intake_webhook_duration_seconds', channel),
        },
        {
          title: 'HTTP answers',
          description: 'Every answer by route and status, also of requests that no channel has seen.',
          kind: 'stacked',
          unit: 'count/s',
          queries: [perSecond('intake_http_responses_total', { where: job, by: ['route', 'status'] })],
        },
      ],
    },
    {
      title: 'Dead letters and large bytes',
      panels: [
        {
          title: 'Dead letters',
          description: 'By the topic that they were meant for, and why.',
          kind: 'stacked',
          unit: 'count',
          queries: [events('kafka_dlq_messages_total', { where: job, by: ['topic', 'disposition'] })],
        },
        {
          title: 'Store of large bytes, p99',
          description: 'Attachments and mails that are too large for a record. Alert IntakeClaimChecksFail.',
          kind: 'lines',
          unit: 'seconds',
          queries: percentiles(
            'intake_claim_check_duration_seconds',
            { where: job, by: ['operation', 'result'] },
            [0.99],
          ),
        },
        {
          title: 'Large bytes',
          description: 'Kept (put) and read back (get).',
          kind: 'lines',
          unit: 'bytes/s',
          queries: [perSecond('intake_claim_check_bytes_total', { where: job, by: ['operation'] })],
        },
      ],
    },
    {
      title: 'The embedded Kafka of the demo',
      panels: [
        {
          title: 'Records appended and fetched',
          description: 'Nothing here unless the demo or a test runs.',
          kind: 'lines',
          unit: 'count/s',
          queries: [
            perSecond('embedded_kafka_records_appended_total', { where: job, by: [], legend: 'appended' }),
            perSecond('embedded_kafka_records_fetched_total', { where: job, by: [], legend: 'fetched' }),
          ],
        },
        {
          title: 'Bytes appended and fetched',
          description: 'As they travelled.',
          kind: 'lines',
          unit: 'bytes/s',
          queries: [
            perSecond('embedded_kafka_appended_bytes_total', { where: job, by: [], legend: 'appended' }),
            perSecond('embedded_kafka_fetched_bytes_total', { where: job, by: [], legend: 'fetched' }),
          ],
        },
        {
          title: 'Requests by kind',
          description: "Kafka's names for them.",
          kind: 'stacked',
          unit: 'count/s',
          queries: [perSecond('embedded_kafka_requests_total', { where: job, by: ['api'] })],
        },
        {
          title: 'Brokers and connections',
          description: 'Brokers that run, connections that are open.',
          kind: 'lines',
          unit: 'count',
          queries: [
            level('embedded_kafka_brokers_running', { where: job, by: [], legend: 'brokers' }),
            level('embedded_kafka_connections', { where: job, by: [], legend: 'connections' }),
          ],
        },
        {
          title: 'Faults and new connections',
          description: 'Faults that were ordered and have fired.',
          kind: 'lines',
          unit: 'count/s',
          queries: [
            perSecond('embedded_kafka_faults_fired_total', { where: job, by: [], legend: 'faults' }),
            perSecond('embedded_kafka_connections_opened_total', {
              where: job,
              by: [],
              legend: 'connections',
            }),
          ],
        },
      ],
    },
  ],
}
