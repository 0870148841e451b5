// For `node --import`: the OpenTelemetry SDK and its instrumentation of node:http, before anything uses that.
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

/** What all services here have traced. */
export const exporter: InMemorySpanExporter = new InMemorySpanExporter()

/** A service of its own, as far as traces tell. */
export function serviceTraces(service: string): TracerProvider {
  return new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  })
}

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
)
const intake = serviceTraces('intake')
trace.setGlobalTracerProvider(intake)
// The registry answers over HTTP, too, and in this very process.
new HttpInstrumentation({
  ignoreIncomingRequestHook: ({ url }) => url !== '/channels/email',
}).setTracerProvider(intake)
