import type { Buffer } from 'node:buffer'
import { ChannelError } from '../channel-error.ts'
import { readMultipart } from '../form/read-multipart.ts'
import { readUrlEncoded } from '../form/read-urlencoded.ts'
import { InvalidWebhookError } from '../webhook/invalid-webhook-error.ts'
import { readJsonText } from '../webhook/json-text.ts'
import { headerOf, type WebhookRequest } from '../webhook/webhook-request.ts'
import { addJsonFields } from './json-fields-of.ts'
import { SubmittedFields, type FieldLimits } from './submitted-fields.ts'

/** Bounds of one form. */
export interface SubmissionLimits extends FieldLimits {
  readonly maxFiles: number
  readonly maxFileBytes: number
  readonly maxDepth: number
}

/** A file as it was uploaded. */
export interface UploadedFile {
  readonly field: string
  readonly filename: string
  readonly contentType: string
  readonly bytes: Buffer
}

/** What a request brought. */
export interface Submission {
  readonly fields: SubmittedFields
  readonly files: readonly UploadedFile[]
  /** The body, when it was JSON. */
  readonly json: string | null
}

/** Media types of forms. */
export const submissionTypes: readonly string[] = [
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/json',
]

/**
 * Reads a form in any of the three types that pages send.
 *
 * @throws InvalidWebhookError, or ChannelError `WEBHOOK_TOO_LARGE` (as a rejection)
 */
export async function readSubmission(
  raw: Uint8Array,
  headers: WebhookRequest['headers'],
  limits: SubmissionLimits,
): Promise<Submission> {
  const type = headerOf(headers, 'content-type') ?? ''
  if (/^\s*multipart\/form-data/i.test(type)) return await readParts(raw, type, limits)
  if (raw.byteLength > limits.maxFieldsBytes) {
    throw new ChannelError('WEBHOOK_TOO_LARGE', `the form has more than ${limits.maxFieldsBytes} bytes`)
  }
  const fields = new SubmittedFields(limits)
  if (/^\s*application\/json/i.test(type)) {
    const json = readJsonText(raw, limits)
    addJsonFields(json.value(json.root), fields)
    return { fields, files: [], json: json.slice(json.root) }
  }
  const most = { maxParts: limits.maxFields, maxFieldBytes: limits.maxValueBytes, maxFileBytes: 0 }
  for (const { name, bytes } of readUrlEncoded(raw, most)) fields.add(name, toText(name, bytes))
  return { fields, files: [], json: null }
}

async function readParts(raw: Uint8Array, type: string, limits: SubmissionLimits): Promise<Submission> {
  const { maxFields, maxFiles, maxValueBytes, maxFileBytes } = limits
  const parts = await readMultipart(raw, type, {
    maxParts: maxFields + maxFiles,
    maxFieldBytes: maxValueBytes,
    maxFileBytes,
  })
  const fields = new SubmittedFields(limits)
  const files: UploadedFile[] = []
  for (const { name, filename, contentType, bytes } of parts) {
    if (filename === null) fields.add(name, toText(name, bytes))
    // A file field that nobody chose a file for is an empty one without a name.
    else if (filename !== '' || bytes.byteLength > 0)
      files.push({ field: name, filename, contentType, bytes })
  }
  if (files.length > maxFiles) {
    throw new ChannelError('WEBHOOK_TOO_LARGE', `the form has more than ${maxFiles} files`)
  }
  return { fields, files, json: null }
}

/** Browsers send UTF-8, whatever the page's charset, unless a page asks for another, which is 2005's problem. */
function toText(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new InvalidWebhookError(`$[${JSON.stringify(name.slice(0, 100))}]`, 'the field is not UTF-8')
  }
}
