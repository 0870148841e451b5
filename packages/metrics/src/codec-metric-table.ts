import { durationBuckets } from './buckets.ts'
import type { CounterDefinition, HistogramDefinition } from './metric-definition.ts'

/** The metrics of codecs, with their labels. */
export interface CodecMetricTable {
  readonly operations: CounterDefinition<'operation' | 'topic' | 'result'>
  readonly failures: CounterDefinition<'operation' | 'topic' | 'code'>
  readonly bytes: CounterDefinition<'operation' | 'topic'>
  readonly schemaWait: HistogramDefinition<'reason' | 'result'>
}

/** What codecs make of values, and when they had to wait for a schema. */
export const codecMetricTable: CodecMetricTable = {
  operations: {
    name: 'schema_codec_operations_total',
    type: 'counter',
    labels: ['operation', 'topic', 'result'],
    unit: 'count',
    help: 'Values encoded and decoded (operation encode or decode), by result: ok or failed. The topic of a decode that was not told one is unknown.',
  },
  failures: {
    name: 'schema_codec_failures_total',
    type: 'counter',
    labels: ['operation', 'topic', 'code'],
    unit: 'count',
    help: 'Values that could not be encoded or decoded, by the code of the error: VALUE_INVALID does not fit its schema.',
    demo: 'every value of the demo fits its schema; what is no mail becomes a dead letter before it is encoded',
  },
  bytes: {
    name: 'schema_codec_bytes_total',
    type: 'counter',
    labels: ['operation', 'topic'],
    unit: 'bytes',
    help: 'Bytes that values were encoded to or decoded from, the frame with the schema id included.',
  },
  schemaWait: {
    name: 'schema_codec_schema_wait_seconds',
    type: 'histogram',
    labels: ['reason', 'result'],
    unit: 'seconds',
    buckets: durationBuckets,
    help: "Seconds that a codec waited for schemas before it could go on: reason warm-up for those of its topics at the start, load for a writer's schema that came up in a record.",
  },
}
