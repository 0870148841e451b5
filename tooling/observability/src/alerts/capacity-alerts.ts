import type { AlertDefinition } from '../alert-definition.ts'
import { minutes } from '../minutes.ts'
import { service, shop } from '../producer-labels.ts'
import { growth } from '../promql.ts'

/** Whether there is room, and who takes it away. */
export const capacityAlerts: readonly AlertDefinition[] = [
  {
    name: 'KafkaProducerBufferNearlyFull',
    severity: 'warning',
    expr: () =>
      'kafka_producer_queue_bytes / kafka_producer_buffer_memory_bytes > 0.8 or kafka_producer_waiting_sends > 0',
    forSeconds: minutes(2),
    summary: 'The buffer of {{ $labels.client_id }} on {{ $labels.instance }} is nearly full',
    description:
      'More than four fifths of bufferMemory are taken, or sends wait for room already. Records leave slower than they come: look at the brokers first, then at the load.',
    meaning:
      'Unsettled batches take more than four fifths of `bufferMemory`, or sends wait for room or for metadata already. Beyond the buffer sends wait, and beyond `maxBlockMs` or `maxWaitingBytes` they fail with `BUFFER_FULL`.',
    steps: [
      'If `KafkaProducerStuck` or `KafkaProducerSlow` fires as well, follow that one: the buffer fills because records do not leave.',
      'If only the load has grown, add instances, or raise `bufferMemory` (`KAFKA_PRODUCER_BUFFER_MEMORY`).',
    ],
    tests: [
      {
        series: {
          'kafka_producer_queue_bytes{job="shop", instance="a", client_id="shop"}': '30000000x5',
          'kafka_producer_buffer_memory_bytes{job="shop", instance="a", client_id="shop"}': '33554432x5',
          'kafka_producer_waiting_sends{job="shop", instance="a", client_id="shop"}': '0x5',
        },
        at: '3m',
        fires: [{ labels: { ...shop, instance: 'a' } }],
      },
      {
        series: {
          'kafka_producer_queue_bytes{job="shop", instance="a", client_id="shop"}': '20000000x5',
          'kafka_producer_buffer_memory_bytes{job="shop", instance="a", client_id="shop"}': '33554432x5',
          'kafka_producer_waiting_sends{job="shop", instance="a", client_id="shop"}': '0x5',
        },
        at: '5m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaProducerBufferRefuses',
    severity: 'critical',
    expr: (time) =>
      `${growth(time, {
        metric: 'kafka_producer_buffer_full_total',
        where: 'result="refused"',
        by: service,
        seconds: minutes(5),
      })} > 0`,
    forSeconds: 0,
    summary: '{{ $labels.client_id }} refuses sends, for its buffer is full',
    description:
      'Sends fail with BUFFER_FULL. Nothing of them was written, so sending again is safe; bring the brokers back or slow the senders down.',
    meaning:
      'The buffer is full, and so is what may wait for it: sends fail at once with `BUFFER_FULL`. None of these records was written anywhere.',
    steps: [
      'Bring the brokers back, if that is why records do not leave.',
      'Slow down: a `send` that is awaited before the next waits for room on its own. Sends that nobody awaits, `trySend` with `wait: false` and `post` do not, and whoever uses them has to.',
      'The records were never sent, and sending them again cannot double them.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_buffer_full_total{job="shop", client_id="shop", result="refused"}': '_x4 1x10',
        },
        at: '5m',
        fires: [{ labels: shop }],
      },
      {
        // Waiting is what a buffer is for.
        series: {
          'kafka_producer_buffer_full_total{job="shop", client_id="shop", result="waited"}': '0+9x10',
          'kafka_producer_buffer_full_total{job="shop", client_id="shop", result="refused"}': '3x10',
        },
        at: '8m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaProducerPostsRefused',
    severity: 'critical',
    expr: (time) =>
      `${growth(time, { metric: 'kafka_producer_posts_refused_total', by: service, seconds: minutes(5) })} > 0`,
    forSeconds: 0,
    summary: '{{ $labels.client_id }} drops records that were posted',
    description:
      'post() found no room, and nobody sends these records again: they are lost. Use send() for what must arrive.',
    meaning:
      '`post` gives no answer and waits for nothing, so a record that finds no room is gone. Each of them is counted here, and nowhere else.',
    steps: [
      'Take this for what it is: lost records, as many as the counter says.',
      'Send what must arrive with `send`, and keep `post` for what may be missed.',
    ],
    tests: [
      {
        series: { 'kafka_producer_posts_refused_total{job="shop", client_id="shop"}': '0x4 5x10' },
        at: '6m',
        fires: [{ labels: shop }],
      },
      {
        series: { 'kafka_producer_posts_refused_total{job="shop", client_id="shop"}': '5x20' },
        at: '10m',
        fires: [],
      },
      {
        // A scrape that failed hid what was counted before.
        series: {
          'kafka_producer_posts_refused_total{job="shop", instance="a", client_id="shop"}': '5x10 stale 5x10',
          'up{job="shop", instance="a"}': '1x10 0 1x10',
        },
        at: '16m',
        fires: [],
      },
      {
        // Prometheus itself was away for a quarter of an hour.
        series: {
          'kafka_producer_posts_refused_total{job="shop", instance="a", client_id="shop"}': '5x10 _x15 5x10',
          'up{job="shop", instance="a"}': '1x10 _x15 1x10',
        },
        at: '28m',
        fires: [],
      },
      {
        // A new process on the same instance, which had dropped some before.
        series: {
          'kafka_producer_posts_refused_total{job="shop", instance="a", client_id="shop"}':
            '5x10 stale _x9 2x10',
          'up{job="shop", instance="a"}': '1x10 0 0 1x20',
        },
        at: '21m',
        fires: [{ labels: shop }],
      },
    ],
  },
  {
    name: 'KafkaProducerThrottled',
    severity: 'warning',
    expr: (time) =>
      `${growth(time, {
        metric: 'kafka_producer_throttle_seconds_sum',
        by: [...service, 'broker'],
        seconds: minutes(5),
      })} / ${time.seconds(minutes(5))} > 0.05`,
    forSeconds: minutes(2),
    summary:
      'Broker {{ $labels.broker }} makes {{ $labels.client_id }} pause {{ $value | humanizePercentage }} of the time',
    description:
      'A quota of the cluster holds the producer back. Ask for a higher quota, or send less: compression and larger batches lower what counts.',
    meaning:
      'The brokers ask the producer to pause because it is above its quota (bytes a second, or share of request time). It obeys, so records wait longer.',
    steps: [
      'Find the quota of this client id or user with `kafka-configs --describe`.',
      'Lower the bytes: switch on compression (`compressionType`), and see `kafka_producer_compression_ratio` for what it brings. Lower the requests: raise `lingerMs`.',
      'Ask for a higher quota if the load is wanted.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_throttle_seconds_sum{job="shop", client_id="shop", broker="2"}': '0+6x10',
          'kafka_producer_throttle_seconds_sum{job="shop", client_id="shop", broker="1"}': '0x10',
        },
        at: '9m',
        fires: [{ labels: { ...shop, broker: '2' }, value: '10%' }],
      },
      {
        // The first pause of all, and a long one.
        series: {
          'kafka_producer_throttle_seconds_sum{job="shop", client_id="shop", broker="2"}': '_x5 30x10',
        },
        at: '8m',
        fires: [{ labels: { ...shop, broker: '2' }, value: '10%' }],
      },
      {
        series: {
          'kafka_producer_throttle_seconds_sum{job="shop", client_id="shop", broker="2"}': '0+1x10',
        },
        at: '9m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaProducerRetries',
    severity: 'warning',
    expr: (time) => {
      const batches = { metric: 'kafka_producer_batch_records_count', by: service, seconds: minutes(5) }
      const retries = { ...batches, metric: 'kafka_producer_retries_total' }
      const again = growth(time, retries)
      // Of all attempts: a share that stays finite while nothing is answered.
      return `${again} / (${again} + ${growth(time, batches)}) > 0.05`
    },
    forSeconds: minutes(5),
    summary:
      '{{ $value | humanizePercentage }} of the attempts of {{ $labels.client_id }} fail and are made again',
    description:
      'Attempts fail and are repeated; records arrive, later than they could. kafka_producer_retries_total by reason says why.',
    meaning:
      'More than one attempt in twenty fails, and its batch is written again. Retries keep records from being lost or doubled; a steady flow of them means that something is wrong with brokers or the network.',
    steps: [
      'See `kafka_producer_retries_total` by `reason`.',
      '`NOT_LEADER_OR_FOLLOWER` for a minute is an election; for longer it is a cluster that does not settle. `NOT_ENOUGH_REPLICAS` and `NOT_ENOUGH_REPLICAS_AFTER_APPEND` mean replicas that lag. Connection errors mean brokers that restart, or something between that cuts connections.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_batch_records_count{job="shop", client_id="shop"}': '0+100x15',
          'kafka_producer_retries_total{job="shop", client_id="shop", topic="t", reason="REQUEST_TIMED_OUT"}':
            '0+10x15',
        },
        at: '12m',
        fires: [{ labels: shop, value: '9.091%' }],
      },
      {
        // Each attempt fails for another reason, and begins a series.
        series: {
          'kafka_producer_batch_records_count{job="shop", client_id="shop"}': '100x15',
          'kafka_producer_retries_total{job="shop", client_id="shop", topic="t", reason="REQUEST_TIMED_OUT"}':
            '_x4 3x11',
          'kafka_producer_retries_total{job="shop", client_id="shop", topic="t", reason="NOT_LEADER_OR_FOLLOWER"}':
            '_x7 1x11',
        },
        at: '11m',
        fires: [{ labels: shop, value: '100%' }],
      },
      {
        series: {
          'kafka_producer_batch_records_count{job="shop", client_id="shop"}': '0+100x15',
          'kafka_producer_retries_total{job="shop", client_id="shop", topic="t", reason="REQUEST_TIMED_OUT"}':
            '0+1x15',
        },
        at: '12m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaProducerRecreated',
    severity: 'warning',
    expr: (time) =>
      `${growth(time, {
        metric: 'kafka_producer_recreated_total',
        by: [...service, 'reason'],
        seconds: minutes(5),
      })} > 0`,
    forSeconds: 0,
    summary: '{{ $labels.client_id }} went on under another producer id: {{ $labels.reason }}',
    description:
      'The brokers no longer knew the producer, or it had to begin a new epoch. Records sent around this time may stand in the log twice; look for truncated logs and unclean elections.',
    meaning:
      'A partition goes on under a new producer id or epoch, because the broker had forgotten the old one or a batch in the middle could not be delivered. Between the two ids the broker cannot recognise a duplicate.',
    steps: [
      'See the label `reason`: `UNKNOWN_PRODUCER_ID` and `OUT_OF_ORDER_SEQUENCE_NUMBER` mean that a broker lost records or deleted them before their time (an unclean election, a truncated log, a retention of minutes).',
      'After `DELIVERY_TIMEOUT` it follows from batches that were given up, and those are the cause to look for.',
      'Compare the log with your own books for the minutes before.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_recreated_total{job="shop", client_id="shop", reason="UNKNOWN_PRODUCER_ID"}':
            '_x5 1x10',
        },
        at: '7m',
        fires: [{ labels: { ...shop, reason: 'UNKNOWN_PRODUCER_ID' } }],
      },
      {
        series: {
          'kafka_producer_recreated_total{job="shop", client_id="shop", reason="UNKNOWN_PRODUCER_ID"}':
            '_x5 1x20',
        },
        at: '14m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaProducerBatchingPoor',
    severity: 'info',
    expr: (time) =>
      `${growth(time, {
        metric: 'kafka_producer_batching_poor_total',
        by: [...service, 'topic'],
        seconds: minutes(30),
      })} > 1`,
    forSeconds: minutes(10),
    summary:
      'Nearly every record of {{ $labels.client_id }} for {{ $labels.topic }} travels in a batch alone',
    description:
      'Keys spread the records over too many partitions for batches to form, which costs throughput on both sides. Use fewer partitions or raise lingerMs.',
    meaning:
      'Again and again a thousand batches held fewer than one and a half records each, though many left at the same time: the keys spread them over more partitions than there are records at a time.',
    steps: [
      'Raise `lingerMs` by some milliseconds, so that batches have time to fill.',
      'Leave the key out where the order of records does not matter: such records share a batch.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_batching_poor_total{job="shop", client_id="shop", topic="t"}': '0+1x40',
        },
        at: '20m',
        fires: [{ labels: { ...shop, topic: 't' } }],
      },
      {
        series: {
          'kafka_producer_batching_poor_total{job="shop", client_id="shop", topic="t"}': '0x5 1x40',
        },
        at: '20m',
        fires: [],
      },
    ],
  },
]
