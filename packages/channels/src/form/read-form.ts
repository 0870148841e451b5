import { headerOf, type WebhookHeaders } from '../webhook/webhook-request.ts'
import { toForm, type Form, type FormLimits } from './form-part.ts'
import { readMultipart } from './read-multipart.ts'
import { readUrlEncoded } from './read-urlencoded.ts'

/** Media types of forms. */
export const formTypes: readonly string[] = ['multipart/form-data', 'application/x-www-form-urlencoded']

/**
 * Makes the function that reads a request's form, once: checking its signature and taking its mail out need the same
 * one.
 *
 * @throws InvalidWebhookError, or ChannelError `WEBHOOK_TOO_LARGE` (the function, as a rejection)
 */
export function createFormReader(
  limits: FormLimits,
): (raw: Uint8Array, headers: WebhookHeaders) => Promise<Form> {
  const read = new WeakMap<Uint8Array, Promise<Form>>()
  return (raw, headers) => {
    const known = read.get(raw)
    if (known !== undefined) return known
    const form = readForm(raw, headers, limits)
    read.set(raw, form)
    return form
  }
}

async function readForm(raw: Uint8Array, headers: WebhookHeaders, limits: FormLimits): Promise<Form> {
  const type = headerOf(headers, 'content-type') ?? ''
  return toForm(
    /^\s*multipart\/form-data/i.test(type)
      ? await readMultipart(raw, type, limits)
      : readUrlEncoded(raw, limits),
  )
}
