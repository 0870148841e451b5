import type { Producer } from '@headwater/producer'
import type { Gauge } from 'prom-client'
import { producerGaugeTable, type GaugeKey } from './producer-gauge-table.ts'

/** The part of a producer that gauges are read from. */
export type ObservedProducer = Pick<Producer, 'stats'>

/** Whether a producer's brokers answer, as its hooks tell. */
export interface Pulse {
  readonly clientId: string
  stalled: boolean
}

/** The producers of a registry, whose gauges are read when the registry is: nothing is polled in between. */
export class ObservedProducers {
  readonly #producers = new Map<ObservedProducer, Pulse>()

  add(producer: ObservedProducer, pulse: Pulse): void {
    this.#dropClosed()
    this.#producers.set(producer, pulse)
  }

  collect(key: GaugeKey, gauge: Gauge): void {
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

  /** A closed producer holds nothing any more and is not to be kept alive from here. */
  #dropClosed(): void {
    for (const producer of this.#producers.keys()) {
      if (producer.stats().state === 'closed') this.#producers.delete(producer)
    }
  }
}
