import { Buffer } from 'node:buffer'
import { EventError } from './event-error.ts'

/** The four fields that older consumers read from the body. */
interface EnvelopeFields {
  readonly produced_at: string
  readonly producer_id: string
  readonly correlation_id: string
  readonly message_version: string
}

/**
 * The payload as JSON with the envelope fields beside its own, for consumers that look for them in the body. A field
 * of the payload that has the same name is kept: the header says what the publisher knows.
 */
export function encodeJsonEnvelope(event: string, payload: unknown, fields: EnvelopeFields): Uint8Array {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new EventError(
      'ENVELOPE_NEEDS_OBJECT',
      `event "${event}" has a payload that is no object: publish it without the JSON envelope`,
    )
  }
  return Buffer.from(JSON.stringify({ ...fields, ...payload }))
}
