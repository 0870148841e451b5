import { hash } from 'node:crypto'
import { isHeadwaterError, type Logger } from '@headwater/base'
import type { EmailChannel, MailResult } from '@headwater/channels'
import type { IntakeMetrics } from '@headwater/metrics'
import type { Header, Receipt } from '@headwater/producer'
import { failureAnswer } from './failure-answer.ts'
import type { IdentifiedFailures } from './identified-failures.ts'
import { refusal, type IntakeAnswer } from './intake-answer.ts'
import { describeFailure } from './describe-failure.ts'
import type { LiveRecorder } from './live/live-recorder.ts'
import { toMailEnvelope, type EnvelopeSource } from './mail-envelope.ts'

/** What taking mails in needs. */
export interface EmailIntakeParts {
  readonly channel: EmailChannel
  readonly failures: IdentifiedFailures
  readonly metrics: IntakeMetrics
  readonly logger: Logger
  /** The topic that a mail is meant for. */
  readonly topic: string
  /** Milliseconds until a sender is told to come back. */
  readonly ackTimeoutMs: number
  /** Shows what comes to whoever looks. */
  readonly live?: Pick<LiveRecorder, 'onRequest'> | undefined
}

/** One request with a mail. */
export interface EmailRequest extends EnvelopeSource {
  readonly body: unknown
}

/** The answer to a request, and the message that it is about. */
export interface EmailAnswer extends IntakeAnswer {
  readonly type: string
  readonly messageId?: string | undefined
  /** Of all events that are safe: one a recipient. */
  readonly messageIds: readonly string[]
}

const received = 'ingestion.email_received'

/** Takes a mail in and says what its sender is told: 202 only when Kafka has acknowledged. Never rejects. */
export async function takeEmail(request: EmailRequest, parts: EmailIntakeParts): Promise<EmailAnswer> {
  const { body } = request
  if (!(body instanceof Uint8Array) || body.byteLength === 0) {
    const message = 'the body is empty: send the raw mail (RFC 5322) as it is'
    return { ...refusal(400, 'invalid', { code: 'EMPTY_BODY', message }), type: received, messageIds: [] }
  }
  try {
    const envelope = toMailEnvelope(request)
    const result = await parts.channel.publish(body, envelope, {
      deliveryTimeoutMs: parts.ackTimeoutMs,
      headers: traceHeaders(request),
    })
    return accepted(result, body, parts)
  } catch (thrown) {
    if (isHeadwaterError(thrown, 'INVALID_ENVELOPE')) {
      return {
        ...refusal(400, 'invalid', { code: thrown.code, message: thrown.message }),
        type: received,
        messageIds: [],
      }
    }
    const [messageId] = parts.failures.idsOf(thrown)
    const answer = failureAnswer(thrown, messageId)
    const fields = { message_id: messageId, ...describeFailure(thrown) }
    if (answer.outcome === 'failed') parts.logger.error(fields, 'a message could not be taken in')
    else parts.logger.warn(fields, 'a message was not taken in')
    return { ...answer, type: received, messageId, messageIds: [] }
  }
}

function accepted(result: MailResult, raw: Uint8Array, { metrics, topic }: EmailIntakeParts): EmailAnswer {
  const sha256 = hash('sha256', raw, 'hex')
  if (result.kind === 'dead-lettered') {
    const { kind, reason, messageId, receipt } = result
    metrics.onEvent({ channel: 'email', kind })
    metrics.onDeadLetter({ topic, disposition: 'deserialization' })
    const body = { kind, reason, ...placed(messageId, receipt), sha256 }
    return {
      status: 202,
      outcome: kind,
      body,
      type: 'ingestion.unreadable',
      messageId,
      messageIds: [messageId],
    }
  }
  const messages = result.messages.map(({ messageId, receipt }) => placed(messageId, receipt))
  for (const _message of messages) metrics.onEvent({ channel: 'email', kind: result.kind })
  const [first] = messages
  const more = messages.length > 1 ? { messages } : {}
  const body = { kind: result.kind, ...first, sha256, ...more }
  const messageIds = messages.map((each) => each.message_id)
  return { status: 202, outcome: 'published', body, type: received, messageId: first?.message_id, messageIds }
}

interface Placed {
  readonly message_id: string
  readonly topic: string
  readonly partition: number
  /** Decimal, since a number of JSON cannot hold every offset; `null` where the broker did not say. */
  readonly offset: string | null
}

function placed(messageId: string, { topic, partition, offset }: Receipt): Placed {
  return { message_id: messageId, topic, partition, offset: offset?.toString() ?? null }
}

/** The caller's trace goes on in the event; the publisher checks its form. */
function traceHeaders({ headers }: EnvelopeSource): readonly Header[] {
  return ['traceparent', 'tracestate'].flatMap((name) => {
    const value = headers[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
}
