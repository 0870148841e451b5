import { Buffer } from 'node:buffer'
import type { Header } from '@headwater/producer'

/** Bytes that could not become an event. */
export interface DeadLetter {
  /** What is sent: the bytes as they came in, or, for more than a record may hold, a reference to them. */
  readonly value: Uint8Array
  readonly contentType: string
}

/** Why, where it would have gone, and who gave it up. */
interface DeadLetterReason {
  readonly originalTopic: string
  readonly errorCode: string
  readonly errorMessage: string
  /** What the parser threw, when it did. */
  readonly cause: Error | undefined
  readonly failedAtMs: number
  readonly service: string
  readonly messageId: string
}

/** The error's message may quote the input. */
const maxMessageBytes = 1024

/** The `dlq.*` headers of a record that was given up before it had a key, a partition or an offset. All are text. */
export function deadLetterHeaders(reason: DeadLetterReason): readonly Header[] {
  const failedAt = new Date(reason.failedAtMs).toISOString()
  return [
    ['dlq.original.topic', reason.originalTopic],
    ['dlq.original.key-present', 'false'],
    ['dlq.error.class', reason.cause?.name ?? 'UnreadableInput'],
    ['dlq.error.code', reason.errorCode],
    ['dlq.error.kind', 'unreadable'],
    ['dlq.error.message', capped(reason.errorMessage)],
    ['dlq.disposition', 'deserialization'],
    ['dlq.attempts', '1'],
    ['dlq.first-failed-at', failedAt],
    ['dlq.failed-at', failedAt],
    ['dlq.service', reason.service],
    ['dlq.message-id', reason.messageId],
    ['dlq.replay-count', '0'],
  ]
}

function capped(text: string): string {
  // Cutting bytes may leave half a character, which toString shows as U+FFFD.
  return Buffer.from(text)
    .subarray(0, maxMessageBytes)
    .toString()
    .replace(/\ufffd+$/, '')
}
