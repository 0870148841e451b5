import type { ProducerStats } from '@headwater/producer'
import type { CounterDefinition } from './metric-definition.ts'

/** A counter that the producer keeps itself: nothing but the scrape touches it. */
export interface TotalDefinition extends CounterDefinition<'client_id'> {
  readonly read: (stats: ProducerStats) => number
}

const labels = ['client_id'] as const

/** The totals, by the name that code uses. */
export type TotalKey = 'postsRefused' | 'spoolReplayed' | 'spoolReplayedUnknown'

/** What the producer has counted since its start, and no hook tells. */
export const producerTotalTable: Readonly<Record<TotalKey, TotalDefinition>> = {
  postsRefused: {
    name: 'kafka_producer_posts_refused_total',
    type: 'counter',
    labels,
    unit: 'count',
    help: 'Records that post() did not take, because there was no room; nobody sends them again.',
    read: ({ refused }) => refused,
  },
  spoolReplayed: {
    name: 'kafka_producer_spool_replayed_total',
    type: 'counter',
    labels,
    unit: 'count',
    help: 'Records delivered from the local disk.',
    read: ({ replayed }) => replayed,
  },
  spoolReplayedUnknown: {
    name: 'kafka_producer_spool_replayed_unknown_total',
    type: 'counter',
    labels,
    unit: 'count',
    help: 'Sendings from the local disk that got no answer; each was repeated, and may stand in the log twice.',
    read: ({ replayedUnknown }) => replayedUnknown,
  },
}
