import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
  type Link,
  type TextMapSetter,
  type TracerProvider,
} from '@opentelemetry/api'
import { HeadwaterError, systemClock, type Clock } from '@headwater/base'
import type { Header, ProducerHooks, ProducerRecord, SendTrace } from '@headwater/producer'
import { recordBatch } from './batch-span.ts'
import type { ConsumedMessage, ProcessOptions } from './consumed-message.ts'
import { headerPairs, senderOf, type MessageHeaders } from './message-headers.ts'
import { processInSpan } from './process-span.ts'
import { attributeNaming, resolveConventions, type MessagingConventions } from './semantic-conventions.ts'
import { SendSpan, type SpanSource } from './send-span.ts'
import { isTopicName, messageAttributes, operationAttributes, spanName } from './span-facts.ts'
import { SpanTime } from './span-time.ts'

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

/** Called in the context of whoever sends. */
function startSend(record: ProducerRecord, source: SpanSource): SendTrace | readonly Header[] | undefined {
  const active = isDeadLetter(record) ? ROOT_CONTEXT : context.active()
  const own = traceHeaders(record)
  const creation = senderOf(own)
  const around = trace.getSpanContext(active)
  const alone = around === undefined || !isSpanContextValid(around)
  const parent = creation !== undefined && alone ? trace.setSpanContext(active, creation) : active
  const sent = start(record, source, parent, creation === undefined ? [] : [{ context: creation }])
  const headers = own === undefined ? inject(sent, parent, record) : []
  if (sent.span.isRecording()) return new SendSpan(source, sent.span, sent.time, headers)
  // There is nothing to tell of an unsampled send, but its context still travels.
  return headers.length === 0 ? undefined : headers
}

/** The first send may be hours ago, in a process that is no more: a trace of its own that links to it. */
function startReplay(record: ProducerRecord, source: SpanSource): SendTrace | undefined {
  const creation = senderOf(record.headers as MessageHeaders | undefined)
  const links = creation === undefined ? [] : [{ context: creation }]
  const { span, time } = start(record, source, ROOT_CONTEXT, links)
  if (!span.isRecording()) return undefined
  span.setAttribute('headwater.replayed', true)
  return new SendSpan(source, span, time)
}

function start(record: ProducerRecord, source: SpanSource, parent: Context, links: Link[]) {
  const topic = isTopicName(record.topic) ? record.topic : undefined
  const time = source.newTime()
  const attributes = source.named({
    ...operationAttributes('send', topic, source.clientId),
    ...messageAttributes(record, source.recordKeys),
  })
  const options = { kind: SpanKind.PRODUCER, startTime: time.startMs, attributes, links }
  return { span: source.tracer.startSpan(spanName('send', topic), options, parent), time }
}

/** The record's headers if they hold a `traceparent`: that is the sender's own, and stays the only one. */
function traceHeaders({ headers }: ProducerRecord): MessageHeaders | undefined {
  for (const [name] of headerPairs(headers)) {
    if (name.toLowerCase() === 'traceparent') return headers as MessageHeaders
  }
  return undefined
}

/**
 * Whether the producer itself gives up a record (policy `onRejected`). That happens where an answer comes in, in the
 * context of whoever opened the connection: a stranger. The send that failed is in the headers.
 */
function isDeadLetter({ headers }: ProducerRecord): boolean {
  for (const [name, value] of headerPairs(headers)) {
    if (name === 'dlq.disposition') return value === 'producer-rejected'
  }
  return false
}

interface Carrier {
  readonly taken: ReadonlySet<string>
  readonly added: Header[]
}

/** A record that has such a header, baggage of its own for one, keeps it. */
const setter: TextMapSetter<Carrier> = {
  set({ taken, added }, name, value) {
    if (!taken.has(name.toLowerCase())) added.push([name, value])
  },
}

function inject(
  { span }: { readonly span: Parameters<typeof trace.setSpan>[1] },
  parent: Context,
  record: ProducerRecord,
) {
  const taken = new Set(Array.from(headerPairs(record.headers), ([name]) => name.toLowerCase()))
  const carrier: Carrier = { taken, added: [] }
  try {
    propagation.inject(trace.setSpan(parent, span), carrier, setter)
  } catch (thrown) {
    // Whoever runs the hooks tells of it; the span must not stay open.
    span.end()
    throw thrown
  }
  return carrier.added
}
