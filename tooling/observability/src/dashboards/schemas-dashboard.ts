import type { Dashboard } from '../dashboard.ts'
import { events, heat, perSecond, percentiles, share } from '../panel-queries.ts'

const job = 'job=~"$job"'
const codec = `${job}, topic=~"$topic"`

/** Whether values fit their schemas, and whether the registry answers. */
export const schemasDashboard: Dashboard = {
  name: 'schemas',
  title: 'Headwater: schemas',
  description: 'Whether values fit their schemas, and whether the schema registry answers.',
  variables: [
    { name: 'job', title: 'Service', series: 'schema_codec_operations_total' },
    { name: 'topic', title: 'Topic', series: 'schema_codec_operations_total{job=~"$job"}' },
  ],
  rows: [
    {
      title: 'Values',
      panels: [
        {
          title: 'Encoded and decoded',
          description: 'Values a second.',
          kind: 'stacked',
          unit: 'count/s',
          queries: [perSecond('schema_codec_operations_total', { where: codec, by: ['operation', 'topic'] })],
        },
        {
          title: 'Share that fails',
          description: 'Values that do not fit, or whose schema cannot be had.',
          kind: 'lines',
          unit: 'ratio',
          queries: [
            share('schema_codec_operations_total', 'result="failed"', {
              where: codec,
              by: ['operation', 'topic'],
            }),
          ],
          steps: [{ from: 0.01, colour: 'red' }],
        },
        {
          title: 'Failures by code',
          description: 'VALUE_INVALID: the value does not fit its schema. Alert SchemaCodecFails.',
          kind: 'stacked',
          unit: 'count',
          queries: [
            events('schema_codec_failures_total', { where: codec, by: ['operation', 'topic', 'code'] }),
          ],
        },
        {
          title: 'Bytes',
          description: 'Of encoded values, with the frame that holds the id of the schema.',
          kind: 'stacked',
          unit: 'bytes/s',
          queries: [perSecond('schema_codec_bytes_total', { where: codec, by: ['operation', 'topic'] })],
        },
        {
          title: 'Waiting for schemas, p99',
          description: 'At the start (warm-up), and for a schema that came up in a record (load).',
          kind: 'lines',
          unit: 'seconds',
          queries: percentiles(
            'schema_codec_schema_wait_seconds',
            { where: job, by: ['reason', 'result'] },
            [0.99],
          ),
        },
      ],
    },
    {
      title: 'Registry',
      panels: [
        {
          title: 'Requests by status',
          description:
            'none: no answer came. A 4xx is often the answer that a schema is new. Alert SchemaRegistryFails.',
          kind: 'stacked',
          unit: 'count/s',
          queries: [perSecond('schema_registry_requests_total', { where: job, by: ['operation', 'status'] })],
        },
        {
          title: 'Failures by code',
          description: 'What the requests failed with.',
          kind: 'stacked',
          unit: 'count',
          queries: [events('schema_registry_failures_total', { where: job, by: ['operation', 'code'] })],
        },
        {
          title: 'Made again',
          description: 'Requests that were repeated, at the same server or another.',
          kind: 'lines',
          unit: 'count',
          queries: [events('schema_registry_retries_total', { where: job, by: ['operation'] })],
        },
        {
          title: 'Time to answer, p99',
          description: 'By what was asked.',
          kind: 'lines',
          unit: 'seconds',
          queries: percentiles(
            'schema_registry_request_duration_seconds',
            { where: job, by: ['operation'] },
            [0.99],
          ),
          steps: [{ from: 1, colour: 'red' }],
        },
        {
          title: 'Requests by duration',
          description: 'How many requests took how long.',
          kind: 'heat',
          unit: 'seconds',
          queries: heat('schema_registry_request_duration_seconds', job),
        },
      ],
    },
  ],
}
