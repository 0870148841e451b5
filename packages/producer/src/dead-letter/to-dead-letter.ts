import type { Header, Headers, ProducerRecord } from '../producer-record.ts'
import type { RejectedRecord } from './dead-letter-policy.ts'
import { deadLetterKind } from './dead-letter-kind.ts'

/** Messages may be long, and a record has room for so much beside its own. */
const maxMessageBytes = 1024

/** What says something of a record's way through dead-letter topics as a whole, and stays when it fails once more. */
const ofTheWholeWay: ReadonlySet<string> = new Set([
  'dlq.message-id',
  'dlq.replay-count',
  'dlq.replayed-from',
])
const firstFailedAt = 'dlq.first-failed-at'

/**
 * The dead letter of a record: its own key, value, headers and timestamp, and headers that say what happened. Headers
 * of an earlier failure are replaced; kept as they were, they would grow with every turn until nothing fits.
 */
export function toDeadLetter(
  rejected: RejectedRecord,
  about: { readonly topic: string; readonly service: string | undefined; readonly nowMs: number },
): ProducerRecord {
  const { record, error } = rejected
  const { key = null, value } = record
  const timestamp = record.timestamp === undefined ? about.nowMs : Number(record.timestamp)
  const headers = toPairs(record.headers)
  const failedAt = new Date(about.nowMs).toISOString()
  const earlier = headers.find(([name]) => name === firstFailedAt)?.[1]
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    ['dlq.original.topic', error.topic],
    ['dlq.original.partition', error.partition?.toString()],
    ['dlq.original.timestamp', String(timestamp)],
    ['dlq.original.key-present', String(key !== null)],
    ['dlq.error.class', error.name],
    ['dlq.error.code', error.code],
    ['dlq.error.kind', deadLetterKind(error)],
    ['dlq.error.message', capped(error.message)],
    ['dlq.disposition', 'producer-rejected'],
    ['dlq.attempts', String(error.attempts)],
    [firstFailedAt, earlier == null ? failedAt : Buffer.from(earlier).toString()],
    ['dlq.failed-at', failedAt],
    ['dlq.service', about.service],
  ]
  return {
    topic: about.topic,
    key,
    value,
    headers: [
      ...headers.filter(([name]) => !name.startsWith('dlq.') || ofTheWholeWay.has(name)),
      ...facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined),
    ],
    // A time that brokers refuse in one topic they refuse in the other; it is in the headers.
    timestamp: error.code === 'INVALID_TIMESTAMP' ? about.nowMs : timestamp,
  }
}

function toPairs(headers: Headers = []): readonly Header[] {
  return Array.isArray(headers) ? (headers as readonly Header[]) : Object.entries(headers)
}

function capped(text: string): string {
  const bytes = Buffer.from(text)
  // A decoder that is told of more to come leaves out half a character.
  return new TextDecoder().decode(bytes.subarray(0, maxMessageBytes), { stream: true })
}
