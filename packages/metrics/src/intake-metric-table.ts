import { durationBuckets } from './buckets.ts'
import type { CounterDefinition, HistogramDefinition } from './metric-definition.ts'

/** The metrics of an intake, with their labels. */
export interface IntakeMetricTable {
  readonly messages: CounterDefinition<'channel' | 'type' | 'outcome'>
  readonly webhookDuration: HistogramDefinition<'channel' | 'outcome'>
  readonly events: CounterDefinition<'channel' | 'kind'>
  readonly responses: CounterDefinition<'route' | 'status'>
  readonly claimCheckDuration: HistogramDefinition<'operation' | 'result'>
  readonly claimCheckBytes: CounterDefinition<'operation'>
}

/** What an intake counts. */
export const intakeMetricTable: IntakeMetricTable = {
  messages: {
    name: 'intake_messages_total',
    type: 'counter',
    labels: ['channel', 'type', 'outcome'],
    unit: 'count',
    help: 'Requests with messages, by channel, kind of event and what became of them: published, dead-lettered, handshake, invalid, unauthorised (a wrong signature or key), too-large, unavailable (503) or failed (500).',
  },
  webhookDuration: {
    name: 'intake_webhook_duration_seconds',
    type: 'histogram',
    labels: ['channel', 'outcome'],
    unit: 'seconds',
    buckets: durationBuckets,
    help: 'Seconds from the complete request to its answer.',
  },
  events: {
    name: 'intake_events_total',
    type: 'counter',
    labels: ['channel', 'kind'],
    unit: 'count',
    help: 'Events in those requests, a request may hold many: published and dead-lettered are all that were acknowledged; of these, duplicate are those that came before and were not sent again.',
  },
  responses: {
    name: 'intake_http_responses_total',
    type: 'counter',
    labels: ['route', 'status'],
    unit: 'count',
    help: 'HTTP answers of the intake by the pattern of the route and the status, those included that no channel has seen.',
  },
  claimCheckDuration: {
    name: 'intake_claim_check_duration_seconds',
    type: 'histogram',
    labels: ['operation', 'result'],
    unit: 'seconds',
    buckets: durationBuckets,
    help: 'Seconds that a store took to keep bytes that are too large for a record (operation put) or to give them back (get); result ok or failed.',
  },
  claimCheckBytes: {
    name: 'intake_claim_check_bytes_total',
    type: 'counter',
    labels: ['operation'],
    unit: 'bytes',
    help: 'Bytes kept by (put) and had from (get) such a store.',
  },
}
