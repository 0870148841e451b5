import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type TextMapSetter,
} from '@opentelemetry/api'
import type { Header, ProducerRecord, SendTrace } from '@headwater/producer'
import { isDeadLetter } from '../is-dead-letter.ts'
import { eachHeader, senderOf, type MessageHeaders } from './message-headers.ts'
import { SendSpan, type SpanSource } from './send-span.ts'
import { isTopicName, messageAttributes, operationAttributes, spanName } from './span-facts.ts'
import type { SpanTime } from './span-time.ts'

/** A record is sent; called in the context of whoever sends it. */
export function startSend(
  record: ProducerRecord,
  source: SpanSource,
): SendTrace | readonly Header[] | undefined {
  const brought = lookAt(record)
  // A record that the producer gives up (policy `onRejected`) is sent on where an answer comes in, in the context of
  // whoever opened the connection: a stranger. The send that failed is in the headers.
  const active = isDeadLetter(record) ? ROOT_CONTEXT : context.active()
  const creation = brought.hasTraceParent ? senderOf(record.headers as MessageHeaders) : undefined
  const parent = creation !== undefined && isAlone(active) ? trace.setSpanContext(active, creation) : active
  const { span, time } = start(record, source, parent, linksTo(creation))
  const headers = brought.hasTraceParent ? none : inject(span, parent, brought.names)
  if (span.isRecording()) return new SendSpan(source, span, time, headers)
  // There is nothing to tell of an unsampled send, but its context still travels.
  return headers.length === 0 ? undefined : headers
}

/** The first send may be hours ago, in a process that is no more: a trace of its own that links to it. */
export function startReplay(record: ProducerRecord, source: SpanSource): SendTrace | undefined {
  const creation = senderOf(record.headers as MessageHeaders | undefined)
  const { span, time } = start(record, source, ROOT_CONTEXT, linksTo(creation))
  if (!span.isRecording()) return undefined
  span.setAttribute('headwater.replayed', true)
  return new SendSpan(source, span, time)
}

function start(
  record: ProducerRecord,
  source: SpanSource,
  parent: Context,
  links: Link[],
): { readonly span: Span; readonly time: SpanTime } {
  const topic = isTopicName(record.topic) ? record.topic : undefined
  const time = source.newTime()
  const attributes = source.named({
    ...operationAttributes('send', topic, source.clientId),
    ...messageAttributes(record, source.recordKeys),
  })
  const options = { kind: SpanKind.PRODUCER, startTime: time.startMs, attributes, links }
  return { span: source.tracer.startSpan(spanName('send', topic), options, parent), time }
}

function linksTo(creation: SpanContext | undefined): Link[] {
  return creation === undefined ? [] : [{ context: creation }]
}

function isAlone(active: Context): boolean {
  const around = trace.getSpanContext(active)
  return around === undefined || !isSpanContextValid(around)
}

/** What of a record's own headers matters here. */
interface Brought {
  /** In lower case: some clients write `Traceparent`. */
  readonly names: readonly string[]
  /** Then that stays the only one, and nothing is added. */
  readonly hasTraceParent: boolean
}

const none: readonly Header[] = []
const nothing: Brought = { names: [], hasTraceParent: false }

function lookAt({ headers }: ProducerRecord): Brought {
  if (headers === undefined) return nothing
  const names: string[] = []
  eachHeader(headers, (name) => names.push(name.toLowerCase()))
  return { names, hasTraceParent: names.includes('traceparent') }
}

interface Carrier {
  readonly names: readonly string[]
  readonly added: Header[]
}

/** A record that has such a header, baggage of its own for one, keeps it. */
const setter: TextMapSetter<Carrier> = {
  set({ names, added }, name, value) {
    if (!names.includes(name.toLowerCase())) added.push([name, value])
  },
}

function inject(span: Span, parent: Context, names: readonly string[]): readonly Header[] {
  const carrier: Carrier = { names, added: [] }
  try {
    propagation.inject(trace.setSpan(parent, span), carrier, setter)
  } catch (thrown) {
    // Whoever runs the hooks tells of it; the span must not stay open.
    span.end()
    throw thrown
  }
  return carrier.added
}
