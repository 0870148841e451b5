import { durationBuckets } from './buckets.ts'
import type { CounterDefinition, HistogramDefinition } from './metric-definition.ts'

/** The metrics of an intake, with their labels. */
export interface IntakeMetricTable {
  readonly messages: CounterDefinition<'channel' | 'type' | 'outcome'>
  readonly webhookDuration: HistogramDefinition<'channel' | 'outcome'>
}

/** What an intake counts. */
export const intakeMetricTable: IntakeMetricTable = {
  messages: {
    name: 'intake_messages_total',
    type: 'counter',
    labels: ['channel', 'type', 'outcome'],
    help: 'Messages that came in, by channel, kind of event and what became of them.',
  },
  webhookDuration: {
    name: 'intake_webhook_duration_seconds',
    type: 'histogram',
    labels: ['channel', 'outcome'],
    buckets: durationBuckets,
    help: 'Seconds from the complete request to its answer.',
  },
}
