import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import type { ObservedProducer } from '../observed-producers.ts'
import { producerGaugeTable, type GaugeKey } from '../producer-gauge-table.ts'
import { producerTotalTable, type TotalKey } from '../producer-total-table.ts'
import { otelGaugeTable, otelTotalTable } from './otel-gauge-table.ts'
import type { OtelMetricDefinition } from './otel-metric-definition.ts'

const gaugeKeys = Object.keys(otelGaugeTable) as readonly GaugeKey[]
const totalKeys = Object.keys(otelTotalTable) as readonly TotalKey[]

/** Reads producers of one client id whenever metrics are collected; nothing is polled in between. */
export class OtelObserver {
  /** Whether a deadline passed since the last answer of a broker. */
  stalled = false
  readonly #attributes: Attributes
  readonly #producers = new Set<ObservedProducer>()
  /** What closed producers had counted: a counter never falls because a producer is gone. */
  readonly #left = new Map<TotalKey, number>()
  /** Those of which that is so: one that is observed again must not be counted twice. */
  readonly #gone = new WeakSet<ObservedProducer>()

  constructor(meter: Meter, attributes: Attributes) {
    this.#attributes = attributes
    const gauges = new Map(gaugeKeys.map((key) => [key, create(meter, otelGaugeTable[key])]))
    const totals = new Map(totalKeys.map((key) => [key, create(meter, otelTotalTable[key])]))
    meter.addBatchObservableCallback(
      (result) => {
        this.#dropClosed()
        for (const [key, gauge] of gauges) this.#readGauge(key, gauge, result)
        for (const [key, total] of totals) this.#readTotal(key, total, result)
      },
      [...gauges.values(), ...totals.values()],
    )
  }

  add(producer: ObservedProducer): void {
    this.#dropClosed()
    if (!this.#gone.has(producer)) this.#producers.add(producer)
  }

  #readGauge(key: GaugeKey, gauge: Observable, result: BatchObservableResult): void {
    const { read, merge } = producerGaugeTable[key]
    let merged: number | undefined
    for (const producer of this.#producers) {
      const value = read({ stats: producer.stats(), stalled: this.stalled })
      if (value !== undefined) merged = merged === undefined ? value : merge(merged, value)
    }
    if (merged !== undefined) result.observe(gauge, merged, this.#attributes)
  }

  #readTotal(key: TotalKey, counter: Observable, result: BatchObservableResult): void {
    let total = this.#left.get(key)
    for (const producer of this.#producers) {
      total = (total ?? 0) + producerTotalTable[key].read(producer.stats())
    }
    if (total !== undefined) result.observe(counter, total, this.#attributes)
  }

  /** A closed producer holds nothing any more and is not to be kept alive from here; what it counted stays. */
  #dropClosed(): void {
    for (const producer of this.#producers) {
      const stats = producer.stats()
      if (stats.state !== 'closed') continue
      this.#producers.delete(producer)
      this.#gone.add(producer)
      for (const key of totalKeys) {
        this.#left.set(key, (this.#left.get(key) ?? 0) + producerTotalTable[key].read(stats))
      }
    }
  }
}

function create(meter: Meter, { name, type, unit, description }: OtelMetricDefinition): Observable {
  const options = { unit, description }
  if (type === 'gauge') return meter.createObservableGauge(name, options)
  return type === 'sum'
    ? meter.createObservableUpDownCounter(name, options)
    : meter.createObservableCounter(name, options)
}
