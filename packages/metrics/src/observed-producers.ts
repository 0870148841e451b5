import type { Producer } from '@headwater/producer'
import type { Gauge } from 'prom-client'
import { producerGaugeTable, type GaugeKey } from './producer-gauge-table.ts'
import { producerTotalTable, type TotalKey } from './producer-total-table.ts'
import type { LabelledCounter } from './series/labelled-counter.ts'
import type { Collectors } from './series/registered-metrics.ts'

/** The part of a producer that gauges are read from. */
export type ObservedProducer = Pick<Producer, 'stats'>

/** Whether a producer's brokers answer, as its hooks tell. */
export interface Pulse {
  readonly clientId: string
  stalled: boolean
}

const totals = Object.entries(producerTotalTable) as [TotalKey, (typeof producerTotalTable)[TotalKey]][]

/** The producers of a registry, whose gauges and totals are read when the registry is: nothing is polled in between. */
export class ObservedProducers {
  readonly #producers = new Map<ObservedProducer, Pulse>()
  /** What closed producers had counted, by total and client id: a counter never falls because a producer is gone. */
  readonly #left = new Map<TotalKey, Map<string, number>>()
  /** Those of which that is so: one that is observed again must not be counted twice. */
  readonly #gone = new WeakSet<ObservedProducer>()

  add(producer: ObservedProducer, pulse: Pulse): void {
    this.#dropClosed()
    if (!this.#gone.has(producer)) this.#producers.set(producer, pulse)
  }

  gaugeCollectors(): Collectors<typeof producerGaugeTable> {
    const keys = Object.keys(producerGaugeTable) as GaugeKey[]
    return Object.fromEntries(keys.map((key) => [key, (gauge: Gauge) => this.#collectGauge(key, gauge)]))
  }

  totalCollectors(): Collectors<typeof producerTotalTable> {
    return Object.fromEntries(
      totals.map(([key]) => [key, (counter: LabelledCounter) => this.#collectTotal(key, counter)]),
    )
  }

  #collectGauge(key: GaugeKey, gauge: Gauge): void {
    this.#dropClosed()
    const { read, merge } = producerGaugeTable[key]
    const values = new Map<string, number>()
    for (const [producer, { clientId, stalled }] of this.#producers) {
      const value = read({ stats: producer.stats(), stalled })
      if (value === undefined) continue
      const other = values.get(clientId)
      values.set(clientId, other === undefined ? value : merge(other, value))
    }
    gauge.reset()
    for (const [clientId, value] of values) gauge.set({ client_id: clientId }, value)
  }

  #collectTotal(key: TotalKey, counter: LabelledCounter): void {
    this.#dropClosed()
    const now = new Map(this.#left.get(key))
    const { read } = producerTotalTable[key]
    for (const [producer, { clientId }] of this.#producers) {
      now.set(clientId, (now.get(clientId) ?? 0) + read(producer.stats()))
    }
    for (const [clientId, total] of now) counter.series({ client_id: clientId }).raiseTo(total)
  }

  /** A closed producer holds nothing any more and is not to be kept alive from here; what it counted stays. */
  #dropClosed(): void {
    for (const [producer, { clientId }] of this.#producers) {
      const stats = producer.stats()
      if (stats.state !== 'closed') continue
      this.#producers.delete(producer)
      this.#gone.add(producer)
      for (const [key, { read }] of totals) {
        const left = this.#left.get(key) ?? new Map<string, number>()
        this.#left.set(key, left.set(clientId, (left.get(clientId) ?? 0) + read(stats)))
      }
    }
  }
}
