import { context, propagation, type SpanContext, type Tracer } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
  type SpanProcessor,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace'

/** Registers what is global in OpenTelemetry, as an SDK does. */
export function registerContext(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  )
}

interface RecordedSpans {
  readonly provider: TracerProvider
  readonly tracer: Tracer
  /** The spans that are over, or those of a name. */
  readonly spans: (name?: string) => readonly ReadableSpan[]
  /** The names of those that are not. */
  readonly open: () => readonly string[]
}

/** The real SDK, whose finished spans are kept. */
export function recordSpans(options: TracerProviderOptions = {}): RecordedSpans {
  const exporter = new InMemorySpanExporter()
  const begun = new Set<ReadableSpan>()
  const watch: SpanProcessor = {
    onStart: (span) => void begun.add(span as unknown as ReadableSpan),
    onEnd: (span) => void begun.delete(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  }
  const spanProcessors = [watch, new SimpleSpanProcessor({ exporter })]
  const provider = new TracerProvider({ ...options, spanProcessors })
  return {
    provider,
    open: () => Array.from(begun, ({ name }) => name),
    tracer: provider.getTracer('test'),
    spans: (name) => exporter.getFinishedSpans().filter((span) => name === undefined || span.name === name),
  }
}

/** The `traceparent` that a span's context is written as. */
export function traceParent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${traceFlags}`
}
