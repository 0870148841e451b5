import { producerGaugeTable, type GaugeKey } from '../producer-gauge-table.ts'
import { producerTotalTable, type TotalKey } from '../producer-total-table.ts'

/** A metric that is read from a producer whenever metrics are collected. */
export interface OtelGaugeDefinition {
  readonly name: string
  /** A sum can be added up over all instances of a service, a gauge cannot. */
  readonly type: 'gauge' | 'sum' | 'counter'
  readonly unit: string
  readonly description: string
}

const about = (
  key: GaugeKey,
  name: string,
  unit: string,
  type: 'gauge' | 'sum' = 'sum',
): OtelGaugeDefinition => ({
  name: `headwater.producer.${name}`,
  type,
  unit,
  description: producerGaugeTable[key].help,
})

const total = (key: TotalKey, name: string): OtelGaugeDefinition => ({
  name: `headwater.producer.${name}`,
  type: 'counter',
  unit: '{message}',
  description: producerTotalTable[key].help,
})

/** What a producer holds now; what is read is the same as for Prometheus. */
export const otelGaugeTable: Readonly<Record<GaugeKey, OtelGaugeDefinition>> = {
  connected: about('connected', 'connected', '1', 'gauge'),
  queueSize: about('queueSize', 'queue.messages', '{message}'),
  queueBytes: about('queueBytes', 'queue.size', 'By'),
  waitingSends: about('waitingSends', 'waiting.sends', '{send}'),
  waitingBytes: about('waitingBytes', 'waiting.size', 'By'),
  spoolRecords: about('spoolRecords', 'spool.messages', '{message}'),
  spoolBytes: about('spoolBytes', 'spool.size', 'By'),
  requestsInFlight: about('requestsInFlight', 'requests.in_flight', '{request}'),
  connections: about('connections', 'connections', '{connection}'),
  lastDelivery: about('lastDelivery', 'last_delivery', 's', 'gauge'),
}

/** What a producer has counted itself. */
export const otelTotalTable: Readonly<Record<TotalKey, OtelGaugeDefinition>> = {
  postsRefused: total('postsRefused', 'posts_refused'),
  spoolReplayed: total('spoolReplayed', 'spool.replayed'),
  spoolReplayedUnknown: total('spoolReplayedUnknown', 'spool.replayed_unknown'),
}
