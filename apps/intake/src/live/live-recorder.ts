import type { Clock } from '@headwater/base'
import type { IntakeOutcome } from '@headwater/metrics'
import type { ProducerHooks, ProducerStats } from '@headwater/producer'
import type { LiveControls } from './live-controls.ts'
import type { LiveBroker, LiveEvent, LiveLeader, LiveSnapshot } from './live-snapshot.ts'
import { SecondWindow } from './second-window.ts'

/** A request that was answered. */
export interface LiveRequest {
  readonly channel: string
  readonly type: string
  readonly outcome: IntakeOutcome
  readonly durationMs: number
  /** Of its events that are safe; empty where there are none. */
  readonly messageIds: readonly string[]
}

/** What the recorder asks only while somebody looks. */
export interface LiveSources {
  readonly stats: () => ProducerStats
  readonly controls?: LiveControls | undefined
}

const lastEvents = 20
/** As much of a `message_id` as finds it in a log, and no more. */
const idLength = 8
/** Outcomes for which Kafka was waited; a refusal takes no time, and would make the percentiles look good. */
const waited: ReadonlySet<IntakeOutcome> = new Set(['published', 'dead-lettered', 'unavailable', 'failed'])
/** A cluster may have more; the page would not show them anyway. */
const maxBrokers = 50
const maxLeaders = 100

/**
 * Remembers what the live page shows. Its memory is bounded whatever happens, and it costs a few additions a request;
 * what needs computing is computed in {@link LiveRecorder.snapshot}.
 */
export class LiveRecorder {
  readonly hooks: ProducerHooks
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #window: SecondWindow
  readonly #totals = new Map<string, number>()
  readonly #outcomes = new Map<IntakeOutcome, number>()
  readonly #brokers = new Map<number, LiveBroker>()
  readonly #leaders = new Map<string, LiveLeader>()
  #last: readonly LiveEvent[] = []
  #acknowledged = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedAt = clock.now()
    this.#window = new SecondWindow(clock)
    this.hooks = {
      onSettled: (settled) => {
        if (settled.status === 'delivered') this.#acknowledged++
      },
      onBatchSent: ({ topic, partition, brokerId }) => this.#acknowledge(topic, partition, brokerId),
    }
  }

  /** Shows these channels from the beginning, also when nothing comes by them. */
  expect(channels: readonly string[]): void {
    for (const name of channels) this.#totals.set(name, this.#totals.get(name) ?? 0)
  }

  /** Takes one request in, whatever became of it. */
  onRequest({ channel, type, outcome, durationMs, messageIds }: LiveRequest): void {
    const events = messageIds.length
    this.#window.record(channel, events, waited.has(outcome) ? durationMs : undefined)
    this.#totals.set(channel, (this.#totals.get(channel) ?? 0) + events)
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1)
    const ms = Math.round(durationMs * 10) / 10
    const line = { at: this.#clock.now(), channel, type, outcome, ms }
    const ids = messageIds.length === 0 ? [undefined] : messageIds.slice(0, lastEvents)
    const added = ids.map((id) => ({ ...line, id: id?.slice(0, idLength) }))
    this.#last = [...added.toReversed(), ...this.#last].slice(0, lastEvents)
  }

  /** Everything, now. */
  snapshot({ stats, controls }: LiveSources): LiveSnapshot {
    const producer = stats()
    // Before the log is looked at: what is acknowledged by now must stand in it.
    const acknowledged = this.#acknowledged
    return {
      at: this.#clock.now(),
      startedAt: this.#startedAt,
      channels: [...this.#totals].map(([name, total]) => ({
        name,
        total,
        perSecond: this.#window.perSecond(name),
      })),
      latencyMs: this.#window.percentiles(),
      outcomes: Object.fromEntries(this.#outcomes),
      producer: {
        state: producer.state,
        bufferedBytes: producer.bufferedBytes,
        waitingBytes: producer.waitingBytes,
        pendingRecords: producer.pendingRecords,
        inFlightRequests: producer.inFlightRequests,
        retries: producer.retries,
        spoolRecords: producer.spoolRecords,
        spoolBytes: producer.spoolBytes,
      },
      last: this.#last,
      brokers: [...this.#brokers.values()].toSorted((a, b) => a.id - b.id),
      leaders: [...this.#leaders.values()].toSorted(byPlace),
      acknowledged,
      ...(controls !== undefined && { cluster: controls.cluster(), actions: controls.actions() }),
    }
  }

  #acknowledge(topic: string, partition: number, brokerId: number): void {
    const { requests = 0 } = this.#brokers.get(brokerId) ?? {}
    if (requests > 0 || this.#brokers.size < maxBrokers) {
      this.#brokers.set(brokerId, { id: brokerId, requests: requests + 1, lastAt: this.#clock.now() })
    }
    const place = `${topic}/${partition}`
    if (this.#leaders.get(place)?.broker === brokerId) return
    if (this.#leaders.has(place) || this.#leaders.size < maxLeaders) {
      this.#leaders.set(place, { topic, partition, broker: brokerId })
    }
  }
}

function byPlace(a: LiveLeader, b: LiveLeader): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
}
