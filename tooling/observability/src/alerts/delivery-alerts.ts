import type { AlertDefinition } from '../alert-definition.ts'
import { minutes } from '../minutes.ts'
import { service, shop } from '../producer-labels.ts'
import { growth, quantileOf } from '../promql.ts'

/** Whether records arrive, and how they fail when they do not. */
export const deliveryAlerts: readonly AlertDefinition[] = [
  {
    name: 'KafkaProducerStuck',
    severity: 'critical',
    expr: (time) =>
      [
        'kafka_producer_queue_size > 0',
        'unless on (job, instance, client_id)',
        `${growth(time, {
          metric: 'kafka_producer_messages_sent_total',
          by: ['job', 'instance', 'client_id'],
          seconds: minutes(2),
        })} > 0`,
      ].join(' '),
    forSeconds: minutes(2),
    summary: '{{ $labels.client_id }} on {{ $labels.instance }} sends and nothing is acknowledged',
    description:
      'Records wait and no broker has acknowledged one for two minutes. Look at the brokers and at the network between; the records wait until their delivery timeout and then fail.',
    meaning:
      'The producer holds records, and none of them was acknowledged for two minutes. Brokers are down or frozen, too few replicas are in sync for `acks=all`, or the network swallows packets. Nothing is lost yet: records wait for `deliveryTimeoutMs` (two minutes unless it was changed), then their sends fail.',
    steps: [
      'Ask `/readyz`, or `producer.health()`: its problems say whether brokers answer at all.',
      'See in `kafka_producer_retries_total` by `reason` what attempts end with: `NOT_ENOUGH_REPLICAS` means that replicas are missing, connection errors mean that brokers or the network are.',
      'Bring the brokers back. The producer goes on by itself, in order; do not restart the service, which would give up what it holds.',
      'If it takes longer than the delivery timeout, send again what failed, or switch on `onUnavailable`, which keeps records on the local disk.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_queue_size{job="shop", instance="a", client_id="shop"}': '5x10',
          'kafka_producer_messages_sent_total{job="shop", instance="a", client_id="shop", topic="t"}':
            '100x10',
          // Its neighbour works, which must hide nothing.
          'kafka_producer_queue_size{job="shop", instance="b", client_id="shop"}': '5x10',
          'kafka_producer_messages_sent_total{job="shop", instance="b", client_id="shop", topic="t"}':
            '0+60x10',
        },
        at: '6m',
        fires: [{ labels: { ...shop, instance: 'a' } }],
      },
      {
        series: {
          'kafka_producer_queue_size{job="shop", instance="a", client_id="shop"}': '0x10',
          'kafka_producer_messages_sent_total{job="shop", instance="a", client_id="shop", topic="t"}':
            '100x10',
        },
        at: '6m',
        fires: [],
      },
      {
        // What arrives is the first of its topic, each time.
        series: {
          'kafka_producer_queue_size{job="shop", instance="a", client_id="shop"}': '5x10',
          'kafka_producer_messages_sent_total{job="shop", instance="a", client_id="shop", topic="t"}':
            '_x1 9x10',
          'kafka_producer_messages_sent_total{job="shop", instance="a", client_id="shop", topic="u"}':
            '_x3 9x10',
          'kafka_producer_messages_sent_total{job="shop", instance="a", client_id="shop", topic="v"}':
            '_x5 9x10',
        },
        at: '6m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaProducerDisconnected',
    severity: 'critical',
    expr: () =>
      'kafka_producer_connected == 0 and on (job, instance, client_id) kafka_producer_queue_size + kafka_producer_waiting_sends + kafka_producer_spool_records > 0',
    forSeconds: minutes(1),
    summary: '{{ $labels.client_id }} on {{ $labels.instance }} has records and reaches no broker',
    description:
      'No broker is connected, or none has answered within its deadline, while records wait. Check the addresses, the credentials and the network to the brokers.',
    meaning:
      'The producer has work and no broker to do it with: no connection is open, or a deadline has passed since the last answer. A producer that nobody uses may be without a connection and does not count.',
    steps: [
      "Read the service's log: refused credentials, an unknown host name and a refused certificate are named there.",
      'Try the addresses of `KAFKA_BOOTSTRAP_SERVERS` from where the service runs, then the addresses that the brokers advertise: the first may be reachable and the others not.',
      'If brokers are up and idle, look for a firewall or a changed certificate.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_connected{job="shop", instance="a", client_id="shop"}': '0x10',
          'kafka_producer_queue_size{job="shop", instance="a", client_id="shop"}': '0x10',
          'kafka_producer_waiting_sends{job="shop", instance="a", client_id="shop"}': '3x10',
          'kafka_producer_spool_records{job="shop", instance="a", client_id="shop"}': '0x10',
        },
        at: '2m',
        fires: [{ labels: { ...shop, instance: 'a' } }],
      },
      {
        // Nobody uses it.
        series: {
          'kafka_producer_connected{job="shop", instance="a", client_id="shop"}': '0x10',
          'kafka_producer_queue_size{job="shop", instance="a", client_id="shop"}': '0x10',
          'kafka_producer_waiting_sends{job="shop", instance="a", client_id="shop"}': '0x10',
          'kafka_producer_spool_records{job="shop", instance="a", client_id="shop"}': '0x10',
        },
        at: '10m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaProducerErrors',
    severity: 'critical',
    expr: (time) => {
      const metric = 'kafka_producer_send_duration_seconds_count'
      const ended = { metric, by: service, seconds: minutes(5) }
      const failed = { ...ended, where: 'outcome!~"delivered|spooled|dead-lettered"' }
      return `${growth(time, failed)} / ${growth(time, ended)} > 0.01`
    },
    forSeconds: minutes(2),
    summary: '{{ $value | humanizePercentage }} of the records of {{ $labels.client_id }} are not delivered',
    description:
      'Sends fail. Find the code in kafka_producer_messages_failed_total by error_kind; outcome says whether a record may be in the log nevertheless.',
    meaning:
      'More than one record in a hundred ended as failed: refused by a broker, refused by the producer, or given up at its deadline. Records that went to a dead-letter topic or to the local disk do not count.',
    steps: [
      'See `kafka_producer_messages_failed_total` by `error_kind` and `topic`.',
      '`DELIVERY_TIMEOUT` means brokers; `METADATA_TIMEOUT` means brokers, too; `UNKNOWN_TOPIC_OR_PARTITION` means a topic that is not there; `TOPIC_AUTHORIZATION_FAILED` means permissions; `RECORD_TOO_LARGE` means one sender.',
      'With `outcome` `not-sent` or `rejected` sending again is safe. With `unknown` the record may be in the log: send it again only if consumers can tell a duplicate.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_send_duration_seconds_count{job="shop", client_id="shop", topic="t", outcome="delivered"}':
            '0+98x10',
          'kafka_producer_send_duration_seconds_count{job="shop", client_id="shop", topic="t", outcome="rejected"}':
            '0+2x10',
        },
        at: '8m',
        fires: [{ labels: shop, value: '2%' }],
      },
      {
        // Nothing else happens than that everything fails.
        series: {
          'kafka_producer_send_duration_seconds_count{job="shop", client_id="shop", topic="t", outcome="unknown"}':
            '0+6x10',
        },
        at: '8m',
        fires: [{ labels: shop, value: '100%' }],
      },
      {
        // All of them at once, between two scrapes: the series begins with 500 and stays there.
        series: {
          'kafka_producer_send_duration_seconds_count{job="shop", client_id="shop", topic="t", outcome="delivered"}':
            '2000x10',
          'kafka_producer_send_duration_seconds_count{job="shop", client_id="shop", topic="t", outcome="unknown"}':
            '_x5 500x5',
        },
        at: '8m',
        fires: [{ labels: shop, value: '100%' }],
      },
      {
        series: {
          'kafka_producer_send_duration_seconds_count{job="shop", client_id="shop", topic="t", outcome="delivered"}':
            '0+200x10',
          'kafka_producer_send_duration_seconds_count{job="shop", client_id="shop", topic="t", outcome="rejected"}':
            '0+1x10',
          'kafka_producer_send_duration_seconds_count{job="shop", client_id="shop", topic="t", outcome="spooled"}':
            '0+100x10',
        },
        at: '8m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaProducerSlow',
    severity: 'warning',
    expr: (time) =>
      `${quantileOf(time, {
        metric: 'kafka_producer_send_duration_seconds',
        where: 'outcome="delivered"',
        by: service,
        seconds: minutes(5),
        quantile: 0.99,
      })} > 1`,
    forSeconds: minutes(5),
    summary: 'The 99th percentile of sends of {{ $labels.client_id }} is {{ $value | humanizeDuration }}',
    description:
      'One send in a hundred takes longer than a second. Compare kafka_producer_queue_wait_seconds with kafka_producer_request_duration_seconds to see whether records wait here or at a broker.',
    meaning:
      'Records arrive, and one in a hundred takes longer than a second from `send` to its acknowledgement. Callers wait as long; webhook providers may call again.',
    steps: [
      'If `kafka_producer_request_duration_seconds` is high for one `broker`, look at its disks and at its followers; if it is high for all, at the network or the load.',
      'If `kafka_producer_queue_wait_seconds` is high and requests are quick, this service sends more than its connections carry: raise `batchSize` or `maxInFlightRequestsPerConnection`, or spread keys over fewer partitions.',
      'If `kafka_producer_retries_total` grows at the same time, the time goes into repeated attempts.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_send_duration_seconds_bucket{job="shop", client_id="shop", topic="t", outcome="delivered", le="1"}':
            '0+90x15',
          'kafka_producer_send_duration_seconds_bucket{job="shop", client_id="shop", topic="t", outcome="delivered", le="3"}':
            '0+90x15',
          'kafka_producer_send_duration_seconds_bucket{job="shop", client_id="shop", topic="t", outcome="delivered", le="5"}':
            '0+100x15',
          'kafka_producer_send_duration_seconds_bucket{job="shop", client_id="shop", topic="t", outcome="delivered", le="+Inf"}':
            '0+100x15',
        },
        at: '12m',
        fires: [{ labels: shop, value: '4.8s' }],
      },
      {
        series: {
          'kafka_producer_send_duration_seconds_bucket{job="shop", client_id="shop", topic="t", outcome="delivered", le="0.5"}':
            '0+100x15',
          'kafka_producer_send_duration_seconds_bucket{job="shop", client_id="shop", topic="t", outcome="delivered", le="+Inf"}':
            '0+100x15',
        },
        at: '12m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaProducerOutcomesUnknown',
    severity: 'warning',
    expr: (time) =>
      `${growth(time, {
        metric: 'kafka_producer_messages_failed_total',
        where: 'outcome="unknown"',
        by: [...service, 'topic'],
        seconds: minutes(5),
      })} > 0`,
    forSeconds: 0,
    summary: '{{ $labels.client_id }} does not know the fate of records for {{ $labels.topic }}',
    description:
      'Sends ended before an answer came, so their records may be in the log or not. Send them again only if consumers can tell a duplicate; kafka_producer_late_outcomes_total counts those whose fate became known.',
    meaning:
      "A send ended (at its deadline, or by the caller's signal) while its record was on the way: it may be in the log. One is enough for this alert, since each is a decision that somebody has to take.",
    steps: [
      'Find the sends in the log of the service: each failed with the outcome `unknown`.',
      'Look whether `kafka_producer_late_outcomes_total` grew: an answer that came later settles it.',
      'Send again what consumers recognise by its id; compare the log with your own books for the rest.',
    ],
    tests: [
      {
        // The first one of all: the series begins.
        series: {
          'kafka_producer_messages_failed_total{job="shop", client_id="shop", topic="t", error_kind="DELIVERY_TIMEOUT", outcome="unknown"}':
            '_x10 1x10',
        },
        at: '12m',
        fires: [{ labels: { ...shop, topic: 't' } }],
      },
      {
        series: {
          'kafka_producer_messages_failed_total{job="shop", client_id="shop", topic="t", error_kind="DELIVERY_TIMEOUT", outcome="unknown"}':
            '7x20',
          'kafka_producer_messages_failed_total{job="shop", client_id="shop", topic="t", error_kind="RECORD_TOO_LARGE", outcome="not-sent"}':
            '0+1x20',
        },
        at: '12m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaProducerLateOutcomes',
    severity: 'info',
    expr: (time) =>
      `${growth(time, {
        metric: 'kafka_producer_late_outcomes_total',
        where: 'outcome="delivered"',
        by: [...service, 'topic'],
        seconds: minutes(5),
      })} > 0`,
    forSeconds: 0,
    summary: 'Records of {{ $labels.client_id }} for {{ $labels.topic }} arrived after their senders gave up',
    description:
      'The records are in the log although their sends failed, or they came from the local disk. Who sent them again has sent them twice.',
    meaning:
      'A broker acknowledged records after their sends had ended as failed, or records left the local disk. They are in the log. A sender that has sent such a record again has sent it twice.',
    steps: [
      'If the spool is in use (`kafka_producer_spool_replayed_total` grows), this is what it is for, and there is nothing to do.',
      'Otherwise the deadlines of senders are shorter than what the cluster needs at its worst: compare them with `kafka_producer_send_duration_seconds`.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_late_outcomes_total{job="shop", client_id="shop", topic="t", outcome="delivered"}':
            '_x10 2x10',
        },
        at: '11m',
        fires: [{ labels: { ...shop, topic: 't' } }],
      },
      {
        series: {
          'kafka_producer_late_outcomes_total{job="shop", client_id="shop", topic="t", outcome="delivered"}':
            '2x20',
          'kafka_producer_late_outcomes_total{job="shop", client_id="shop", topic="t", outcome="rejected"}':
            '0+1x20',
        },
        at: '11m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaDeadLetters',
    severity: 'warning',
    expr: (time) =>
      `${growth(time, {
        metric: 'kafka_dlq_messages_total',
        by: ['job', 'topic', 'disposition'],
        seconds: minutes(5),
      })} > 0`,
    forSeconds: minutes(5),
    summary: 'Records for {{ $labels.topic }} keep going to the dead-letter topic: {{ $labels.disposition }}',
    description:
      'Dead letters have come for five minutes and more. Read the headers of some of them; they say why, and nothing is lost.',
    meaning:
      'Records that nobody can use go to the dead-letter topic, byte for byte, and have done so for longer than five minutes: not one odd message, but a source of them.',
    steps: [
      'Read some of them with any consumer: the headers `dlq.*` say where they were meant for and why they are there.',
      '`deserialization`: a sender changed its format. `producer-rejected`: the broker refuses them, often for their size. `poison`: a consumer fails at them.',
      'Mend the cause first. Then send the letters again to their topic.',
    ],
    tests: [
      {
        series: { 'kafka_dlq_messages_total{job="intake", topic="t", disposition="poison"}': '_x3 0+1x20' },
        at: '15m',
        fires: [{ labels: { job: 'intake', topic: 't', disposition: 'poison' } }],
      },
      {
        // One odd message.
        series: { 'kafka_dlq_messages_total{job="intake", topic="t", disposition="poison"}': '_x3 1x20' },
        at: '9m',
        fires: [],
      },
      {
        series: { 'kafka_dlq_messages_total{job="intake", topic="t", disposition="poison"}': '9x20' },
        at: '15m',
        fires: [],
      },
    ],
  },
]
