import { trace, type TracerProvider } from '@opentelemetry/api'
import { HeadwaterError, systemClock, type Clock } from '@headwater/base'
import type { ProducerHooks } from '@headwater/producer'
import { recordBatch } from './batch-span.ts'
import type { ConsumedMessage, ProcessOptions } from './consumed-message.ts'
import { processInSpan } from './process-span.ts'
import { attributeNaming, resolveConventions, type MessagingConventions } from './semantic-conventions.ts'
import type { SpanSource } from './send-span.ts'
import { SpanTime } from './span-time.ts'
import { startReplay, startSend } from './start-send.ts'

/** Options of {@link otelTracing}. */
export interface OtelTracingOptions {
  /** `messaging.client.id`: the name of the service, or of its part that sends or consumes. */
  readonly clientId: string
  /** Where spans go. Default: the global provider, also one that is registered later. */
  readonly tracerProvider?: TracerProvider | undefined
  /**
   * Whether keys that are text are recorded as `messaging.kafka.message.key`. Keys may be personal data, and what a
   * trace holds is seen by more people than what a topic holds.
   *
   * @defaultValue false
   */
  readonly recordKeys?: boolean | undefined
  /**
   * Whether each Produce request of a batch has a span.
   *
   * @defaultValue true
   */
  readonly batchSpans?: boolean | undefined
  /** Default: what `OTEL_SEMCONV_STABILITY_OPT_IN` says when this is called, else `messaging`. */
  readonly semanticConventions?: MessagingConventions | undefined
  /** Default: the system's. */
  readonly clock?: Clock | undefined
}

/** Traces of what is sent and of what is processed. */
export interface OtelTracing {
  /** For the option `hooks` of `createProducer`, of as many producers as you like. */
  readonly hooks: ProducerHooks
  /**
   * Runs what processes a message within a CONSUMER span `process <topic>`, whose context is active meanwhile, baggage
   * included. The span links to the send; it is also its child when no other span is active. Gives back, or throws,
   * what `run` does.
   */
  readonly process: <Result>(message: ConsumedMessage, run: () => Result, options?: ProcessOptions) => Result
}

/**
 * OpenTelemetry traces: one PRODUCER span a send, one CLIENT span a Produce request, one CONSUMER span a message that is
 * processed. Without an SDK it does nothing.
 *
 * @throws HeadwaterError `INVALID_OTEL_OPTION`
 */
export function otelTracing(options: OtelTracingOptions): OtelTracing {
  const { clientId, recordKeys = false, batchSpans = true, clock = systemClock } = options
  if (typeof clientId !== 'string' || clientId === '') {
    throw new HeadwaterError('INVALID_OTEL_OPTION', 'clientId is empty: give it the name of the service')
  }
  const source: SpanSource = {
    tracer: (options.tracerProvider ?? trace).getTracer('@headwater/metrics'),
    clientId,
    recordKeys,
    named: attributeNaming(resolveConventions(options.semanticConventions)),
    newTime: () => new SpanTime(clock),
  }
  return {
    hooks: {
      onSend: (record) => startSend(record, source),
      onReplay: (record) => startReplay(record, source),
      ...(batchSpans && {
        onBatchSent: (batch) => recordBatch(batch, undefined, source),
        onRetry: (retry) => recordBatch(retry, retry.reason, source),
      }),
    },
    process: (message, run, processing = {}) => processInSpan(message, run, processing, source),
  }
}
