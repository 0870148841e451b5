import type { IntakeOutcome } from '@headwater/metrics'
import type { ProducerStats } from '@headwater/producer'
import type { LiveAction, LiveCluster } from './live-controls.ts'
import type { WindowPercentiles } from './second-window.ts'

/** One request that was answered, or one event of it. Nothing in it comes from what the sender wrote. */
export interface LiveEvent {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly channel: string
  readonly type: string
  readonly outcome: IntakeOutcome
  /** The beginning of its `message_id`; `undefined` where there is none. */
  readonly id: string | undefined
  readonly ms: number
}

/** A broker as the producer sees it. */
export interface LiveBroker {
  readonly id: number
  /** Produce requests that it acknowledged. */
  readonly requests: number
  /** When it acknowledged last, milliseconds since the epoch. */
  readonly lastAt: number
}

/** Who acknowledged a partition last, which is its leader unless it moved since. */
export interface LiveLeader {
  readonly topic: string
  readonly partition: number
  readonly broker: number
}

/** Everything that the page shows, at one moment. */
export interface LiveSnapshot {
  readonly at: number
  readonly startedAt: number
  readonly channels: readonly {
    readonly name: string
    /** Since the start. */
    readonly total: number
    /** Each of the last 60 whole seconds, the oldest first. */
    readonly perSecond: readonly number[]
  }[]
  readonly latencyMs: WindowPercentiles
  /** Requests since the start, by outcome. */
  readonly outcomes: Readonly<Partial<Record<IntakeOutcome, number>>>
  readonly producer: Pick<
    ProducerStats,
    | 'state'
    | 'bufferedBytes'
    | 'waitingBytes'
    | 'pendingRecords'
    | 'inFlightRequests'
    | 'retries'
    | 'spoolRecords'
    | 'spoolBytes'
  >
  readonly last: readonly LiveEvent[]
  readonly brokers: readonly LiveBroker[]
  readonly leaders: readonly LiveLeader[]
  /** Records that Kafka acknowledged. */
  readonly acknowledged: number
  /** Only where the cluster can be looked into. */
  readonly cluster?: LiveCluster | undefined
  readonly actions?: readonly LiveAction[] | undefined
}
