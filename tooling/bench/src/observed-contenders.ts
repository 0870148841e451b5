import { propagation } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { prometheusMetrics } from '@headwater/metrics'
import { otelTracing } from '@headwater/metrics/otel'
import { createProducer, type ProducerHooks } from '@headwater/producer'
import { Registry } from 'prom-client'
import { bulkContender, type Contender } from './contender.ts'

/** The row that the promise of the metrics' cost is held against. */
export const withMetrics = 'the same, with metrics'

/** Headwater in bulk with somebody who looks on; what that costs is seen beside the same without. */
export async function connectObserved(
  brokers: readonly string[],
  topic: string,
): Promise<readonly Contender[]> {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  const observers: readonly (readonly [name: string, hooks: ProducerHooks])[] = [
    [withMetrics, prometheusMetrics(new Registry(), { clientId: 'bench' }).hooks],
    ['the same, traced, all sampled', tracing(new AlwaysOnSampler())],
    ['the same, traced, none sampled', tracing(new AlwaysOffSampler())],
  ]
  return Promise.all(
    observers.map(async ([name, hooks]) => {
      const producer = createProducer({
        connection: { brokers, clientId: 'bench' },
        requestTimeoutMs: 30_000,
        hooks,
      })
      await producer.ready()
      return bulkContender(name, producer, topic)
    }),
  )
}

/** The real SDK, with the processor that services use, and an exporter that throws away. */
function tracing(sampler: AlwaysOnSampler | AlwaysOffSampler): ProducerHooks {
  const exporter = {
    export: (_spans: unknown, done: (result: { readonly code: number }) => void) => done({ code: 0 }),
    shutdown: () => Promise.resolve(),
  }
  const tracerProvider = new TracerProvider({
    sampler,
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  return otelTracing({ clientId: 'bench', tracerProvider }).hooks
}
