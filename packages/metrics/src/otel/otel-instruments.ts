import type { Counter, Histogram, Meter } from '@opentelemetry/api'
import type { OtelMetricDefinition } from './otel-metric-definition.ts'

/** The instruments of a table, by the name that code uses. */
export type Instruments<Table extends { readonly [Key in keyof Table]: OtelMetricDefinition }> = {
  readonly [Key in keyof Table]: Table[Key]['type'] extends 'histogram' ? Histogram : Counter
}

/** Makes the instruments of a table; a second call with the same meter shares what the first one made. */
export function createInstruments<Table extends { readonly [Key in keyof Table]: OtelMetricDefinition }>(
  meter: Meter,
  table: Table,
): Instruments<Table> {
  const instruments = Object.entries<OtelMetricDefinition>(table).map(
    ([key, { name, type, unit, description, buckets }]) => [
      key,
      type === 'counter'
        ? meter.createCounter(name, { unit, description })
        : meter.createHistogram(name, {
            unit,
            description,
            ...(buckets !== undefined && { advice: { explicitBucketBoundaries: [...buckets] } }),
          }),
    ],
  )
  return Object.fromEntries(instruments) as Instruments<Table>
}
