import type { AlertDefinition } from '../alert-definition.ts'
import { minutes } from '../minutes.ts'
import { growth } from '../promql.ts'

/** Schemas: where they come from, and what fits them. */
export const schemaAlerts: readonly AlertDefinition[] = [
  {
    name: 'SchemaRegistryFails',
    severity: 'warning',
    expr: (time) =>
      `${growth(time, {
        metric: 'schema_registry_requests_total',
        where: 'status=~"5xx|none"',
        by: ['job', 'operation'],
        seconds: minutes(5),
      })} > 0`,
    forSeconds: minutes(2),
    summary: 'The schema registry does not answer {{ $labels.job }} ({{ $labels.operation }})',
    description:
      'Requests to the registry fail or stay without an answer. What is cached goes on; new schemas and a new start of a service need it.',
    meaning:
      'The registry answers with 5xx, or not at all. Schemas that a service knows are in its memory, so it goes on; it cannot read a record of a schema that it has not seen, and it does not start.',
    steps: [
      'Do not restart services that work: they would have to load their schemas again.',
      'Look at the registry and at the topic or database behind it.',
      'See `schema_registry_failures_total` by `code`: refused credentials look the same from afar.',
    ],
    tests: [
      {
        series: {
          'schema_registry_requests_total{job="intake", operation="schema-by-id", status="none"}': '0+1x10',
        },
        at: '8m',
        fires: [{ labels: { job: 'intake', operation: 'schema-by-id' } }],
      },
      {
        // The first failure of all: the series begins.
        series: {
          'schema_registry_requests_total{job="intake", operation="schema-by-id", status="5xx"}': '_x5 1x10',
        },
        at: '8m',
        fires: [{ labels: { job: 'intake', operation: 'schema-by-id' } }],
      },
      {
        // A schema that is not there yet is an answer.
        series: {
          'schema_registry_requests_total{job="intake", operation="lookup", status="4xx"}': '0+1x10',
          'schema_registry_requests_total{job="intake", operation="register", status="2xx"}': '0+5x10',
        },
        at: '8m',
        fires: [],
      },
    ],
  },
  {
    name: 'SchemaCodecFails',
    severity: 'warning',
    expr: (time) =>
      `${growth(time, {
        metric: 'schema_codec_failures_total',
        by: ['job', 'operation', 'topic', 'code'],
        seconds: minutes(5),
      })} > 0`,
    forSeconds: minutes(5),
    summary:
      '{{ $labels.job }} cannot {{ $labels.operation }} values of {{ $labels.topic }}: {{ $labels.code }}',
    description:
      'Values do not fit their schema, or their schema cannot be had. VALUE_INVALID means that a program and its schema differ.',
    meaning:
      'Values cannot be encoded or decoded, and have not been for longer than five minutes. While encoding, the caller has got an error and nothing was sent; while decoding, the record waits or becomes a dead letter.',
    steps: [
      '`VALUE_INVALID`: the message of the error names the field. Compare the program with the schema that it was made from.',
      'A code that begins with `REGISTRY_`: see [SchemaRegistryFails](#schemaregistryfails).',
      'Any other code while decoding: look at who writes to the topic without a schema.',
    ],
    tests: [
      {
        series: {
          'schema_codec_failures_total{job="shop", operation="encode", topic="orders", code="VALUE_INVALID"}':
            '0+3x15',
        },
        at: '12m',
        fires: [{ labels: { job: 'shop', operation: 'encode', topic: 'orders', code: 'VALUE_INVALID' } }],
      },
      {
        // Slowly, and the first one counts.
        series: {
          'schema_codec_failures_total{job="shop", operation="decode", topic="orders", code="FRAME_INVALID"}':
            '_x4 1x3 2x10',
        },
        at: '10m',
        fires: [{ labels: { job: 'shop', operation: 'decode', topic: 'orders', code: 'FRAME_INVALID' } }],
      },
      {
        // One odd value.
        series: {
          'schema_codec_failures_total{job="shop", operation="decode", topic="orders", code="FRAME_INVALID"}':
            '_x4 1x16',
        },
        at: '9m',
        fires: [],
      },
      {
        series: {
          'schema_codec_failures_total{job="shop", operation="encode", topic="orders", code="VALUE_INVALID"}':
            '3x15',
        },
        at: '12m',
        fires: [],
      },
    ],
  },
  {
    name: 'KafkaTransactionsFail',
    severity: 'warning',
    expr: (time) => {
      const all = {
        metric: 'kafka_producer_transactions_total',
        by: ['job', 'client_id'],
        seconds: minutes(5),
      }
      return `${growth(time, { ...all, where: 'result!="committed"' })} / ${growth(time, all)} > 0.05`
    },
    forSeconds: minutes(5),
    summary: '{{ $value | humanizePercentage }} of the transactions of {{ $labels.client_id }} do not commit',
    description:
      'Transactions end as aborted or unknown. Those that are unknown may have been committed; read with isolation read_committed to see.',
    meaning:
      'More than one transaction in twenty is aborted, or its end is unknown. Aborted ones leave nothing that a consumer with `read_committed` sees.',
    steps: [
      'See `kafka_producer_transactions_total` by `result`.',
      '`aborted`: read the error that the callers got; a fenced producer means that a second instance uses the same transactional id.',
      '`unknown`: the commit was written and never answered. It is committed or aborted, and only the log says which.',
    ],
    tests: [
      {
        series: {
          'kafka_producer_transactions_total{job="shop", client_id="shop", result="committed"}': '0+8x15',
          'kafka_producer_transactions_total{job="shop", client_id="shop", result="aborted"}': '0+2x15',
        },
        at: '12m',
        fires: [{ labels: { job: 'shop', client_id: 'shop' }, value: '20%' }],
      },
      {
        // Few transactions, and each result begins its series.
        series: {
          'kafka_producer_transactions_total{job="shop", client_id="shop", result="committed"}': '9x20',
          'kafka_producer_transactions_total{job="shop", client_id="shop", result="unknown"}':
            '_x5 1x3 2x3 3x10',
        },
        at: '12m',
        fires: [{ labels: { job: 'shop', client_id: 'shop' }, value: '100%' }],
      },
      {
        series: {
          'kafka_producer_transactions_total{job="shop", client_id="shop", result="committed"}': '0+8x15',
        },
        at: '12m',
        fires: [],
      },
    ],
  },
]
