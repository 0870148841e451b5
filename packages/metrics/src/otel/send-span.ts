import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api'
import type { Header, SendTrace, Settled } from '@headwater/producer'
import type { AttributeNaming } from './semantic-conventions.ts'
import { placeAttributes } from './span-facts.ts'
import type { SpanTime } from './span-time.ts'

/** What all spans of one `otelTracing` share; it tells them from those of another one on the same producer. */
export interface SpanSource {
  readonly tracer: Tracer
  readonly clientId: string
  readonly recordKeys: boolean
  readonly named: AttributeNaming
  readonly newTime: () => SpanTime
}

type Failed = Extract<Settled, { readonly status: 'failed' }>

/** The span of one send, from the call to the outcome. */
export class SendSpan implements SendTrace {
  readonly headers: readonly Header[] | undefined
  readonly source: SpanSource
  readonly span: Span
  readonly time: SpanTime
  #ended = false

  constructor(source: SpanSource, span: Span, time: SpanTime, headers?: readonly Header[]) {
    this.source = source
    this.span = span
    this.time = time
    this.headers = headers
  }

  /** The context for spans that belong to this send: its caller's baggage is not theirs. */
  context(): Context {
    return trace.setSpan(ROOT_CONTEXT, this.span)
  }

  settled(settled: Settled): void {
    if (this.#ended) return this.#settledLate(settled)
    this.#ended = true
    const { span, source, time } = this
    span.setAttributes(source.named(outcomeAttributes(settled)))
    if (settled.status === 'failed') span.setStatus(errorStatus(settled))
    span.end(time.nowMs())
  }

  /** A span that is over takes nothing more; what became of the record after all is a span of its own, below it. */
  #settledLate(settled: Settled): void {
    const { source, time } = this
    const topic = settled.status === 'failed' ? settled.error.topic : settled.receipt.topic
    const startTime = time.nowMs()
    const late = source.tracer.startSpan(
      `late outcome ${topic}`,
      {
        kind: SpanKind.INTERNAL,
        startTime,
        links: [{ context: this.span.spanContext() }],
        attributes: source.named({
          'messaging.system': 'kafka',
          'messaging.client.id': source.clientId,
          'messaging.destination.name': topic,
          ...outcomeAttributes(settled),
        }),
      },
      this.context(),
    )
    if (settled.status === 'failed') late.setStatus(errorStatus(settled))
    late.end(startTime)
  }
}

function outcomeAttributes(settled: Settled): Attributes {
  if (settled.status !== 'failed') {
    const { partition, offset, attempts } = settled.receipt
    return {
      ...placeAttributes(partition, offset),
      'headwater.outcome': settled.status,
      'headwater.attempts': attempts,
    }
  }
  const { code, outcome, partition, attempts } = settled.error
  return {
    ...placeAttributes(partition, undefined),
    'error.type': code,
    'headwater.outcome': outcome,
    'headwater.attempts': attempts,
  }
}

/** Never the message of an error: brokers may quote what they refuse. */
function errorStatus({ error }: Failed): { readonly code: SpanStatusCode; readonly message: string } {
  return { code: SpanStatusCode.ERROR, message: `${error.code} (${error.outcome})` }
}
