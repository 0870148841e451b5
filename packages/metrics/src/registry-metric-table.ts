import { durationBuckets } from './buckets.ts'
import type { CounterDefinition, HistogramDefinition } from './metric-definition.ts'

/** The metrics of schema registry clients, with their labels. */
export interface RegistryMetricTable {
  readonly requests: CounterDefinition<'operation' | 'status'>
  readonly failures: CounterDefinition<'operation' | 'code'>
  readonly retries: CounterDefinition<'operation'>
  readonly requestDuration: HistogramDefinition<'operation'>
}

/** What is asked of a schema registry. */
export const registryMetricTable: RegistryMetricTable = {
  requests: {
    name: 'schema_registry_requests_total',
    type: 'counter',
    labels: ['operation', 'status'],
    unit: 'count',
    help: 'Requests to a schema registry by the class of the HTTP status (2xx, 4xx, 5xx), or none where no answer came. A schema that is not known yet is a 4xx and no fault.',
  },
  failures: {
    name: 'schema_registry_failures_total',
    type: 'counter',
    labels: ['operation', 'code'],
    unit: 'count',
    help: 'Requests to a schema registry that failed, by the code of the error; REGISTRY_NOT_FOUND is often an answer and no fault.',
    demo: 'the registry of the demo has no faults',
  },
  retries: {
    name: 'schema_registry_retries_total',
    type: 'counter',
    labels: ['operation'],
    unit: 'count',
    help: 'Requests to a schema registry that failed and were made again, at the same server or at another.',
    demo: 'the registry of the demo has no faults',
  },
  requestDuration: {
    name: 'schema_registry_request_duration_seconds',
    type: 'histogram',
    labels: ['operation'],
    unit: 'seconds',
    buckets: durationBuckets,
    help: 'Seconds from a request to a schema registry to the end of its answer.',
  },
}
