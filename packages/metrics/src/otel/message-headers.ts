import { Buffer } from 'node:buffer'
import {
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
  type TextMapGetter,
} from '@opentelemetry/api'

type HeaderValue = Uint8Array | string | null | undefined

/**
 * Headers of a message as any client hands them out: kafkajs's object (a repeated name has a list), a `Map`, or pairs
 * as Headwater's records have them.
 */
export type MessageHeaders =
  | Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>
  | Iterable<readonly [name: Uint8Array | string, value: HeaderValue]>

/** All headers as pairs; what is no header is left out, since records are checked elsewhere. */
export function* headerPairs(headers: unknown): Generator<readonly [name: string, value: unknown]> {
  if (typeof headers !== 'object' || headers === null) return
  if (Symbol.iterator in headers) {
    for (const pair of headers as Iterable<unknown>) {
      if (Array.isArray(pair) && pair.length === 2) yield [toText(pair[0]) ?? '', pair[1]]
    }
    return
  }
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) yield [name, each]
  }
}

/** Names are compared without their case: some clients write `Traceparent`. */
const getter: TextMapGetter<MessageHeaders | undefined> = {
  get(headers, wanted) {
    const found: string[] = []
    for (const [name, value] of headerPairs(headers)) {
      const text = name.toLowerCase() === wanted.toLowerCase() ? toText(value) : undefined
      if (text !== undefined) found.push(text)
    }
    return found.length > 1 ? found : found[0]
  },
  keys: (headers) => [...new Set(Array.from(headerPairs(headers), ([name]) => name.toLowerCase()))],
}

/**
 * The context that a message's sender put into its headers, read by the globally configured propagator: the sender's
 * span and its baggage.
 *
 * @param base - what is put around it; nothing, if it is left out: the context of whoever polls is not the message's
 */
export function extractContext(headers: MessageHeaders | undefined, base: Context = ROOT_CONTEXT): Context {
  return propagation.extract(base, headers, getter)
}

/** The span in whose context a message was made, if its headers name one. */
export function senderOf(headers: MessageHeaders | undefined): SpanContext | undefined {
  const sender = trace.getSpanContext(extractContext(headers))
  return sender !== undefined && isSpanContextValid(sender) ? sender : undefined
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!(value instanceof Uint8Array)) return undefined
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()
}
