import { readFileSync } from 'node:fs'

/** The Avro schema of the email channel's events as JSON text, from `schemas/email-received.avsc` of this package. */
export function readEmailReceivedSchema(): string {
  return readFileSync(new URL('../../schemas/email-received.avsc', import.meta.url), 'utf8')
}
