import type { AlertDefinition } from '../alert-definition.ts'
import { minutes } from '../minutes.ts'
import { growth, quantileOf } from '../promql.ts'

/** What providers and senders of mails notice. */
export const intakeAlerts: readonly AlertDefinition[] = [
  {
    name: 'IntakeFails',
    severity: 'critical',
    expr: (time) => {
      const all = { metric: 'intake_http_responses_total', by: ['job'], seconds: minutes(5) }
      const messages = { ...all, where: 'route=~"/channels/.*"' }
      const failed = { ...all, where: 'route=~"/channels/.*", status=~"5.."' }
      return `${growth(time, failed)} / ${growth(time, messages)} > 0.01`
    },
    forSeconds: minutes(2),
    summary: '{{ $labels.job }} answers {{ $value | humanizePercentage }} of its messages with 5xx',
    description:
      'Senders are told to come back. 503 means that Kafka did not acknowledge in time; 500 is a fault of the intake, whose log says which.',
    meaning:
      'More than one message in a hundred is answered with 500 or 503. Providers send such messages again for hours, so nothing is lost yet; a form in a browser is not sent again.',
    steps: [
      'See `intake_messages_total` by `outcome`: `unavailable` (503) is Kafka, `failed` (500) is the intake itself. A 503 that is not among them was refused before it was read: too many bytes are on their way in.',
      'For `unavailable` look at the alerts of the producer. `INTAKE_SPOOL_DIR` lets the intake take messages while the cluster is away.',
      'For `failed` read the log lines with the level `error`.',
    ],
    tests: [
      {
        series: {
          'intake_http_responses_total{job="intake", route="/channels/email", status="202"}': '0+95x10',
          'intake_http_responses_total{job="intake", route="/channels/email", status="503"}': '0+5x10',
        },
        at: '8m',
        fires: [{ labels: { job: 'intake' }, value: '5%' }],
      },
      {
        // The first answer with 503 of all, on a quiet day.
        series: {
          'intake_http_responses_total{job="intake", route="/channels/email", status="202"}': '4x20',
          'intake_http_responses_total{job="intake", route="/channels/email", status="503"}': '_x5 1x10',
        },
        at: '8m',
        fires: [{ labels: { job: 'intake' }, value: '100%' }],
      },
      {
        series: {
          'intake_http_responses_total{job="intake", route="/channels/email", status="202"}': '0+95x10',
          'intake_http_responses_total{job="intake", route="/channels/email", status="401"}': '0+5x10',
          // What probes are told is no message.
          'intake_http_responses_total{job="intake", route="/readyz", status="503"}': '0+60x10',
        },
        at: '8m',
        fires: [],
      },
    ],
  },
  {
    name: 'IntakeSignaturesFail',
    severity: 'warning',
    expr: (time) => {
      const all = { metric: 'intake_messages_total', by: ['job', 'channel'], seconds: minutes(5) }
      return `${growth(time, { ...all, where: 'outcome="unauthorised"' })} / ${growth(time, all)} > 0.1`
    },
    forSeconds: minutes(5),
    summary:
      '{{ $value | humanizePercentage }} of the messages for {{ $labels.channel }} carry no valid signature',
    description:
      'Either the secret was changed at the provider and not here, or somebody forges messages. They are refused and never reach Kafka.',
    meaning:
      'More than one message in ten for this channel fails the check of its signature or its key. When all of them do, the secret differs from that of the provider; when only some do, somebody tries.',
    steps: [
      "Compare the secret with the provider's settings: it is rotated there with one click. The intake reads its own at the start only.",
      'If real messages pass (`intake_messages_total` with the outcome `published` grows), the others are forged: look at the addresses that your proxy logs, and limit them there.',
    ],
    tests: [
      {
        series: {
          'intake_messages_total{job="intake", channel="mailgun", type="ingestion.mailgun", outcome="unauthorised"}':
            '0+30x15',
          'intake_messages_total{job="intake", channel="mailgun", type="ingestion.mailgun", outcome="published"}':
            '0+30x15',
        },
        at: '12m',
        fires: [{ labels: { job: 'intake', channel: 'mailgun' }, value: '50%' }],
      },
      {
        // Seldom, and all of them since the secret was changed.
        series: {
          'intake_messages_total{job="intake", channel="mailgun", type="ingestion.mailgun", outcome="unauthorised"}':
            '_x4 1x3 2x10',
          'intake_messages_total{job="intake", channel="mailgun", type="ingestion.mailgun", outcome="published"}':
            '90x20',
        },
        at: '10m',
        fires: [{ labels: { job: 'intake', channel: 'mailgun' }, value: '100%' }],
      },
      {
        series: {
          'intake_messages_total{job="intake", channel="mailgun", type="ingestion.mailgun", outcome="unauthorised"}':
            '0+1x15',
          'intake_messages_total{job="intake", channel="mailgun", type="ingestion.mailgun", outcome="published"}':
            '0+30x15',
        },
        at: '12m',
        fires: [],
      },
    ],
  },
  {
    name: 'IntakeSlow',
    severity: 'warning',
    expr: (time) =>
      `${quantileOf(time, {
        metric: 'intake_webhook_duration_seconds',
        where: 'outcome="published"',
        by: ['job', 'channel'],
        seconds: minutes(5),
        quantile: 0.99,
      })} > 2.5`,
    forSeconds: minutes(5),
    summary: 'The 99th percentile of answers to {{ $labels.channel }} is {{ $value | humanizeDuration }}',
    description:
      'Providers call again when an answer takes longer than some seconds, and the load doubles. Most of the time is usually the acknowledgement of Kafka.',
    meaning:
      'One message in a hundred is answered after more than two and a half seconds. Providers give up after 5 to 15 seconds and send again.',
    steps: [
      'Compare with `kafka_producer_send_duration_seconds`: when it is as high, follow `KafkaProducerSlow`.',
      'Otherwise look at `intake_claim_check_duration_seconds`, which is where large attachments go, and at the processor.',
    ],
    tests: [
      {
        series: {
          'intake_webhook_duration_seconds_bucket{job="intake", channel="email", outcome="published", le="2.5"}':
            '0+50x15',
          'intake_webhook_duration_seconds_bucket{job="intake", channel="email", outcome="published", le="5"}':
            '0+100x15',
          'intake_webhook_duration_seconds_bucket{job="intake", channel="email", outcome="published", le="+Inf"}':
            '0+100x15',
        },
        at: '12m',
        fires: [{ labels: { job: 'intake', channel: 'email' }, value: '4.95s' }],
      },
      {
        series: {
          'intake_webhook_duration_seconds_bucket{job="intake", channel="email", outcome="published", le="0.1"}':
            '0+100x15',
          'intake_webhook_duration_seconds_bucket{job="intake", channel="email", outcome="published", le="+Inf"}':
            '0+100x15',
        },
        at: '12m',
        fires: [],
      },
    ],
  },
  {
    name: 'IntakeClaimChecksFail',
    severity: 'critical',
    expr: (time) =>
      `${growth(time, {
        metric: 'intake_claim_check_duration_seconds_count',
        where: 'result="failed"',
        by: ['job', 'operation'],
        seconds: minutes(5),
      })} > 0`,
    forSeconds: minutes(2),
    summary: '{{ $labels.job }} cannot {{ $labels.operation }} large bytes in their store',
    description:
      'The folder or bucket for what is too large for a record does not work, so messages with large attachments fail. Check its space and its permissions.',
    meaning:
      'Mails and attachments that are too large for a record are kept in a folder or a bucket, and that fails. Small messages go on.',
    steps: [
      'See the log of the intake for the error: no space, no permission, no such bucket.',
      'Senders were answered with 5xx and come again once it works.',
    ],
    tests: [
      {
        series: {
          'intake_claim_check_duration_seconds_count{job="intake", operation="put", result="failed"}':
            '0+1x15',
        },
        at: '8m',
        fires: [{ labels: { job: 'intake', operation: 'put' } }],
      },
      {
        // The first failure of all: the series begins.
        series: {
          'intake_claim_check_duration_seconds_count{job="intake", operation="get", result="failed"}':
            '_x5 1x10',
        },
        at: '8m',
        fires: [{ labels: { job: 'intake', operation: 'get' } }],
      },
      {
        series: {
          'intake_claim_check_duration_seconds_count{job="intake", operation="put", result="failed"}': '4x15',
          'intake_claim_check_duration_seconds_count{job="intake", operation="put", result="ok"}': '0+9x15',
        },
        at: '8m',
        fires: [],
      },
    ],
  },
]
