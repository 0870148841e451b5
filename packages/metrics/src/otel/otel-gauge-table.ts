import { producerGaugeTable, type GaugeKey } from '../producer-gauge-table.ts'
import { producerTotalTable, type TotalKey } from '../producer-total-table.ts'
import type { OtelMetricDefinition } from './otel-metric-definition.ts'

const about = (
  key: GaugeKey,
  name: string,
  unit: string,
  type: 'gauge' | 'sum' = 'sum',
): OtelMetricDefinition => ({
  name: `headwater.producer.${name}`,
  type,
  unit,
  description: producerGaugeTable[key].help,
  attributes: [],
})

const total = (key: TotalKey, name: string): OtelMetricDefinition => ({
  name: `headwater.producer.${name}`,
  type: 'counter',
  unit: '{message}',
  description: producerTotalTable[key].help,
  attributes: [],
})

/** What a producer holds now; what is read is the same as for Prometheus. */
export const otelGaugeTable: Readonly<Record<GaugeKey, OtelMetricDefinition>> = {
  connected: about('connected', 'connected', '1', 'gauge'),
  queueSize: about('queueSize', 'queue.messages', '{message}'),
  queueBytes: about('queueBytes', 'queue.size', 'By'),
  bufferMemory: about('bufferMemory', 'buffer_memory', 'By'),
  waitingSends: about('waitingSends', 'waiting.sends', '{send}'),
  waitingBytes: about('waitingBytes', 'waiting.size', 'By'),
  spoolRecords: about('spoolRecords', 'spool.messages', '{message}'),
  spoolBytes: about('spoolBytes', 'spool.size', 'By'),
  spoolMaxBytes: about('spoolMaxBytes', 'spool.max_size', 'By'),
  spoolOldestAge: about('spoolOldestAge', 'spool.oldest_message_age', 's', 'gauge'),
  requestsInFlight: about('requestsInFlight', 'requests.in_flight', '{request}'),
  connections: about('connections', 'connections', '{connection}'),
  lastDelivery: about('lastDelivery', 'last_delivery', 's', 'gauge'),
}

/** What a producer has counted itself. */
export const otelTotalTable: Readonly<Record<TotalKey, OtelMetricDefinition>> = {
  postsRefused: total('postsRefused', 'posts_refused'),
  spoolReplayed: total('spoolReplayed', 'spool.replayed'),
  spoolReplayedUnknown: total('spoolReplayedUnknown', 'spool.replayed_unknown'),
}
