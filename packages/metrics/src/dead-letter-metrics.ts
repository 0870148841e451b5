import { LabelValues } from './series/label-values.ts'
import type { CounterDefinition } from './metric-definition.ts'
import { perRegistry } from './series/per-registry.ts'
import { registerMetrics, type AnyRegistry } from './series/registered-metrics.ts'

/** Why a record was put into a dead-letter topic: the header `dlq.disposition`. */
export type DeadLetterDisposition =
  | 'producer-rejected'
  | 'retries-exhausted'
  | 'poison'
  | 'deserialization'
  | 'client-rejected'
  | 'expired'

/** The metric that all who write dead letters share. */
export const deadLetterMetricTable: { readonly deadLetters: CounterDefinition<'topic' | 'disposition'> } = {
  deadLetters: {
    name: 'kafka_dlq_messages_total',
    type: 'counter',
    labels: ['topic', 'disposition'],
    unit: 'count',
    help: 'Records put into a dead-letter topic; topic is the one that they were meant for.',
  },
}

/** Counts one dead letter. */
export type DeadLetterCounter = (letter: DeadLetterFacts) => void

/** A record that was put into a dead-letter topic. */
export interface DeadLetterFacts {
  /** The topic that it was meant for. */
  readonly topic: string
  readonly disposition: DeadLetterDisposition
}

const counterOf = perRegistry(deadLetterMetricTable.deadLetters.name, (registry): DeadLetterCounter => {
  const { deadLetters } = registerMetrics(registry, deadLetterMetricTable)
  const topics = new LabelValues(100)
  return ({ topic, disposition }) => deadLetters.inc({ topic: topics.bound(topic), disposition })
})

/**
 * The counter of dead letters in a registry, the same for all who ask.
 *
 * @throws HeadwaterError `METRIC_NAME_TAKEN`
 */
export function deadLetterCounter(registry: AnyRegistry): DeadLetterCounter {
  return counterOf(registry)
}
