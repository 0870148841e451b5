import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type Attributes, type SpanOptions } from '@opentelemetry/api'
import type { BatchRetry, BatchSent, SendTrace } from '@headwater/producer'
import { SendSpan, type SpanSource } from './send-span.ts'
import { operationAttributes, placeAttributes, spanName } from './span-facts.ts'

/** What an SDK keeps of a span's links unless it is told otherwise; more would be made for nothing. */
const maxLinks = 128

/**
 * The span of one Produce request of a batch. It belongs to the send if that is the only one traced; several sends
 * cannot all be its parent, so it begins a trace of its own and links to them.
 *
 * @param reason - why the request failed
 */
export function recordBatch(
  batch: BatchSent | BatchRetry,
  reason: string | undefined,
  source: SpanSource,
): void {
  const { topic, brokerId, requestMs, traces } = batch
  // It never got as far as a broker.
  if (brokerId === undefined) return
  const [first, ...others] = sendsOf(traces, source)
  if (first === undefined) return
  const endMs = first.time.nowMs()
  const options: SpanOptions = {
    kind: SpanKind.CLIENT,
    startTime: endMs - requestMs,
    attributes: source.named(batchAttributes(batch, reason, source.clientId)),
  }
  const name = spanName('send', topic)
  const span =
    others.length === 0
      ? source.tracer.startSpan(name, options, first.context())
      : source.tracer.startSpan(
          name,
          {
            ...options,
            root: true,
            links: [first, ...others].map(({ span }) => ({ context: span.spanContext() })),
          },
          ROOT_CONTEXT,
        )
  if (reason !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: reason })
  span.end(endMs)
}

/** The sends that this very source traces: other observers keep theirs in the same list. */
function sendsOf(traces: readonly SendTrace[], source: SpanSource): readonly SendSpan[] {
  const found: SendSpan[] = []
  for (const each of traces) {
    if (found.length === maxLinks) break
    if (each instanceof SendSpan && each.source === source) found.push(each)
  }
  return found
}

function batchAttributes(
  { topic, partition, records, attempts, brokerId, brokerAddress }: BatchSent | BatchRetry,
  reason: string | undefined,
  clientId: string,
): Attributes {
  return {
    ...operationAttributes('send', topic, clientId),
    ...placeAttributes(partition, undefined),
    ...(records > 1 && { 'messaging.batch.message_count': records }),
    ...(reason !== undefined && { 'error.type': reason }),
    'headwater.attempts': attempts,
    ...(brokerId !== undefined && { 'headwater.broker.id': brokerId }),
    ...(brokerAddress !== undefined && {
      'server.address': brokerAddress.host,
      'server.port': brokerAddress.port,
    }),
  }
}
