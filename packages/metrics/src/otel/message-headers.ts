import { Buffer } from 'node:buffer'
import { types } from 'node:util'
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

/** Sees all headers; what is no header is left out, since records are checked elsewhere. Runs for each record: no generator. */
export function eachHeader(headers: unknown, see: (name: string, value: unknown) => void): void {
  if (typeof headers !== 'object' || headers === null) return
  if (Symbol.iterator in headers) {
    for (const pair of headers as Iterable<unknown>) {
      if (Array.isArray(pair) && pair.length === 2) see(toText(pair[0]) ?? '', pair[1])
    }
    return
  }
  for (const name of Object.keys(headers)) {
    const value = (headers as Readonly<Record<string, unknown>>)[name]
    if (Array.isArray(value)) for (const each of value as unknown[]) see(name, each)
    else see(name, value)
  }
}

/** Names are compared without their case: some clients write `Traceparent`. */
const getter: TextMapGetter<MessageHeaders | undefined> = {
  get(headers, wanted) {
    const lower = wanted.toLowerCase()
    const found: string[] = []
    eachHeader(headers, (name, value) => {
      const text = name.toLowerCase() === lower ? toText(value) : undefined
      if (text !== undefined) found.push(text)
    })
    return found.length > 1 ? found : found[0]
  },
  keys(headers) {
    const names = new Set<string>()
    eachHeader(headers, (name) => names.add(name.toLowerCase()))
    return [...names]
  },
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
  // Not `instanceof`: test runners give modules globals of their own.
  if (!types.isUint8Array(value)) return undefined
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()
}
