import { createHmac } from 'node:crypto'
import { systemClock } from '@headwater/base'
import { createPublisher, defineEvents, schemaCodec } from '@headwater/events'
import { keepBytes } from '../claim-check/keep-bytes.ts'
import { toAddress } from '../email/email-address.ts'
import { identityDigest } from '../identity-digest.ts'
import { recordKey } from '../record-key.ts'
import { sha256Hex } from '../sha256-hex.ts'
import { InvalidWebhookError } from '../webhook/invalid-webhook-error.ts'
import { jsonAnswer, type WebhookAnswer } from '../webhook/webhook-answer.ts'
import type { Verification, WebhookChannel } from '../webhook/webhook-channel.ts'
import { headerOf, type WebhookHeaders, type WebhookRequest } from '../webhook/webhook-request.ts'
import { createAddressBudget, networkOf } from './address-budget.ts'
import { judgeSubmission } from './judge-submission.ts'
import { answerPreflight, isAllowedOrigin, pageOrigin, withCors } from './page-origin.ts'
import { readSubmission, submissionTypes, type UploadedFile } from './read-submission.ts'
import {
  resolveWebFormChannelOptions,
  toLocation,
  type WebFormChannelOptions,
} from './web-form-channel-options.ts'
import type { FormFile, FormSubmitted, WebFormEvent, WebFormMessage } from './web-form-message.ts'

/** Takes the forms of web pages in. */
export type WebFormChannel = WebhookChannel<WebFormEvent>

const type = 'ingestion.form_submitted'

/**
 * Makes a web form channel: what browsers and `fetch` submit becomes one event. What the form's own checks say is part
 * of the event, never of the answer: a program that fills in forms learns nothing, and nothing that a person wrote is
 * lost. No I/O; it needs no closing, its producer does.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`; `EventError` for a topic or source that is none
 */
export function webFormChannel(options: WebFormChannelOptions): WebFormChannel {
  const settings = resolveWebFormChannelOptions(options)
  const { producer, codec, claimCheck, context, clock = systemClock, validate } = options
  const { keyHmacSecret, addressHmacSecret, honeypotField, tokenSecret } = options
  const thanksUrl = options.thanksUrl === undefined ? undefined : toLocation(options.thanksUrl)
  const allowedOrigins = options.allowedOrigins === undefined ? undefined : [...options.allowedOrigins]
  const budget = options.rateLimit === undefined ? undefined : createAddressBudget(options.rateLimit)
  const formTypeOf = (request: WebhookRequest): string =>
    typeof options.formType === 'string' ? options.formType : options.formType(request)
  const publisher = createPublisher({
    producer,
    codec,
    source: settings.source,
    producerId: settings.producerId,
    clock,
    context,
    events: defineEvents({
      [type]: {
        topic: settings.topic,
        key: (message: WebFormMessage) => keyOf(message.payload, keyHmacSecret),
        version: '1',
        codec: schemaCodec(codec, type),
      },
    }),
  })

  async function keep({ field, filename, contentType, bytes }: UploadedFile): Promise<FormFile> {
    if (claimCheck === undefined) {
      throw new InvalidWebhookError(`$[${JSON.stringify(field.slice(0, 100))}]`, 'this form takes no files')
    }
    const content = await keepBytes(claimCheck, bytes, contentType, 'submit the form again')
    return { field, filename, content_type: contentType, content }
  }

  function verify(_raw: Uint8Array, headers: WebhookHeaders, request: WebhookRequest): Verification {
    if (!isAllowedOrigin(headers, allowedOrigins)) {
      return { ok: false, reason: 'the page is not of an allowed origin', answer: refusal(403, 'FORBIDDEN') }
    }
    const { remoteAddress } = request
    if (budget === undefined || remoteAddress === undefined) return { ok: true }
    const spent = budget.spend(remoteAddress, clock.now())
    if (spent.ok) return { ok: true }
    const answer = refusal(429, 'TOO_MANY_REQUESTS')
    const retryAfter = String(Math.max(1, Math.ceil(spent.waitMs / 1000)))
    return {
      ok: false,
      reason: 'the address submits too often',
      answer: { ...answer, headers: { ...answer.headers, 'retry-after': retryAfter } },
    }
  }

  async function normalise(
    raw: Uint8Array,
    headers: WebhookHeaders,
    request: WebhookRequest,
  ): Promise<readonly WebFormEvent[]> {
    const formType = formTypeOf(request)
    const receivedAtMs = clock.now()
    const { fields, files: uploaded, json } = await readSubmission(raw, headers, settings)
    const judged = judgeSubmission(
      fields,
      { ...settings, formType, honeypotField, tokenSecret },
      receivedAtMs,
    )
    const hidden = fields.take(settings.submissionIdField)
    const given = (headerOf(headers, 'idempotency-key') ?? hidden ?? '').trim()
    const submissionId = given.slice(0, 255).toWellFormed() || null
    const data = fields.toRecord()
    const problem = validate?.(data)
    if (problem !== undefined) throw new InvalidWebhookError('$', problem)
    const clientHash = hashOf(request.remoteAddress, addressHmacSecret)
    const digests = uploaded.flatMap(({ field, filename, bytes }) => [field, filename, sha256Hex(bytes)])
    const messageId = identityDigest([
      'headwater.web-form.1',
      formType,
      // A page's token tells apart two people who write the same, and stays where one of them presses twice.
      submissionId ?? judged.token,
      clientHash,
      JSON.stringify(Object.entries(data)),
      ...digests,
    ])
    const files: FormFile[] = []
    // One after the other: the store is not to be asked for everything at once.
    for (const file of uploaded) files.push(await keep(file))
    const payload: FormSubmitted = {
      form_type: formType,
      submission_id: submissionId,
      submitted_data: data,
      submitted_json: json,
      submitter_email: toAddress(data[settings.emailField]?.[0]),
      files,
      origin: pageOrigin(headers),
      client_hash: clientHash,
      locale: localeOf(headers),
      spam_verdict: judged.verdict,
      fill_ms: judged.fillMs,
      received_at: receivedAtMs,
    }
    return [{ messageId, type, message: { channel: 'web_form', message_type: 'form_submitted', payload } }]
  }

  return {
    name: 'web_form',
    rules: {
      methods: ['POST', 'OPTIONS'],
      contentTypes: submissionTypes,
      maxBodyBytes: settings.maxBodyBytes,
    },
    handshake: ({ method, headers }) =>
      method === 'OPTIONS' ? answerPreflight(headers, allowedOrigins) : undefined,
    verify,
    normalise,
    key: ({ message }) => keyOf(message.payload, keyHmacSecret),
    async publish({ messageId, message }, publishOptions = {}) {
      const time = message.payload.received_at
      const receipt = await publisher.publish(type, message, { ...publishOptions, messageId, time })
      return { kind: 'published', messageId, receipt }
    },
    answer(standard, outcome, { headers }) {
      const isTaken = outcome === 'published' || outcome === 'dead-lettered'
      const isPage = thanksUrl !== undefined && asksForPage(headers)
      const taken = isPage
        ? { status: 303, headers: { location: thanksUrl, 'cache-control': 'no-store' }, body: '' }
        : { ...standard, status: 202 }
      return withCors(isTaken ? taken : standard, headers, allowedOrigins)
    },
  }
}

/** Submissions of one person keep their order; without an address each stands alone. */
function keyOf({ submitter_email: email, ...form }: FormSubmitted, secret?: string | Uint8Array): string {
  const plain =
    email ??
    (form.submission_id === null
      ? `form:${sha256Hex(JSON.stringify([form.form_type, form.client_hash, form.submitted_data]))}`
      : `submission:${sha256Hex(form.submission_id)}`)
  return recordKey(plain, secret)
}

/** A form that the browser itself submits is a navigation; `fetch` asks for anything, or JSON. */
function asksForPage(headers: WebhookHeaders): boolean {
  const mode = headerOf(headers, 'sec-fetch-mode')
  if (mode !== undefined) return mode === 'navigate'
  return /\btext\/html\b/i.test(headerOf(headers, 'accept') ?? '')
}

/** Without a key a digest of an address is as good as the address: all of them can be tried. */
function hashOf(address: string | undefined, secret: string | Uint8Array | undefined): string | null {
  if (address === undefined || secret === undefined) return null
  return createHmac('sha256', secret).update(networkOf(address)).digest('hex')
}

function localeOf(headers: WebhookHeaders): string | null {
  return (
    /^\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4})/.exec(headerOf(headers, 'accept-language') ?? '')?.[1] ??
    null
  )
}

function refusal(status: number, code: string): WebhookAnswer {
  return jsonAnswer(status, { error: { code, message: 'not accepted' } })
}
