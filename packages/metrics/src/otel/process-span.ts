import {
  context,
  diag,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api'
import { toConsumed, type Consumed, type ConsumedMessage, type ProcessOptions } from './consumed-message.ts'
import { errorType } from './error-type.ts'
import { extractContext, senderOf } from './message-headers.ts'
import type { SpanSource } from './send-span.ts'
import {
  isTopicName,
  messageAttributes,
  operationAttributes,
  placeAttributes,
  spanName,
} from './span-facts.ts'
import { whenDone } from './when-done.ts'

/**
 * Runs what processes a message within a span of its own, which is over when that is: for a promise, when it settles.
 * What is thrown is thrown on; nothing that tracing does can keep the message from being processed.
 */
export function processInSpan<Result>(
  message: ConsumedMessage,
  run: () => Result,
  options: ProcessOptions,
  source: SpanSource,
): Result {
  const started = start(toConsumed(message), options, source)
  if (started === undefined) return run()
  const { span, within, time } = started
  return whenDone(
    () => context.with(within, run),
    (failure) => {
      try {
        if (failure !== undefined) fail(span, failure.thrown)
        span.end(time.nowMs())
      } catch (thrown) {
        diag.error('the span of a processed message is lost', thrown)
      }
    },
  )
}

function start(consumed: Consumed, options: ProcessOptions, source: SpanSource) {
  try {
    const active = context.active()
    const sent = senderOf(consumed.headers)
    const within = parentOf(active, consumed)
    const topic = isTopicName(consumed.topic) ? consumed.topic : undefined
    const time = source.newTime()
    const span = source.tracer.startSpan(
      spanName('process', topic),
      {
        kind: SpanKind.CONSUMER,
        startTime: time.startMs,
        links: sent === undefined ? [] : [{ context: sent }],
        attributes: source.named({
          ...operationAttributes('process', topic, source.clientId),
          ...placeAttributes(consumed.partition, consumed.offset),
          ...messageAttributes(consumed, source.recordKeys),
          ...(options.consumerGroup !== undefined && {
            'messaging.consumer.group.name': options.consumerGroup,
          }),
        }),
      },
      within,
    )
    return { span, within: trace.setSpan(within, span), time }
  } catch (thrown) {
    diag.error('a message is processed without a span', thrown)
    return undefined
  }
}

/** Whoever is active is the parent, with the message's baggage; if nobody is, the sender is. */
function parentOf(active: Context, { headers }: Consumed): Context {
  const around = trace.getSpan(active)
  const within = extractContext(headers, active)
  return around === undefined || !isSpanContextValid(around.spanContext())
    ? within
    : trace.setSpan(within, around)
}

function fail(span: Span, thrown: unknown): void {
  const type = errorType(thrown)
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR, message: type })
}
