import type { MailHeader } from '../auto-generated.ts'
import type { Form } from '../../form/form-part.ts'
import type { InboundMail } from '../inbound-mail.ts'
import { member, parseJson, type JsonValue } from '../json-value.ts'
import type { MailEnvelope } from '../mail-envelope.ts'
import { toAttachment } from '../provider-attachment.ts'

/** Fields of the form that repeat header fields, for a request without `message-headers`. */
const repeated = [
  'From',
  'To',
  'Cc',
  'Reply-To',
  'Subject',
  'Date',
  'Message-Id',
  'In-Reply-To',
  'References',
]

/**
 * The mail in a request of a Mailgun route: whole in `body-mime` when the route's address ends in `mime`, else taken
 * apart.
 *
 * @param rawType - the request's content type.
 */
export function readMailgun(form: Form, raw: Uint8Array, rawType: string): InboundMail {
  const sender = form.text('sender')
  const recipient = form.text('recipient') ?? ''
  const to = recipient.split(',').filter((each) => each.trim() !== '')
  const envelope: MailEnvelope = { from: sender, to }
  const mime = form.bytes('body-mime')
  if (mime !== undefined) return { kind: 'raw', raw: mime, envelope }
  const files = form.parts.filter((each) => each.filename !== null)
  const contentIds = contentIdsByName(parseJson(form.bytes('content-id-map')))
  return {
    kind: 'fields',
    raw,
    rawType,
    envelope,
    fields: {
      kind: 'fields',
      headers: headersOf(form),
      text: form.text('body-plain') ?? null,
      html: form.text('body-html') ?? null,
      attachments: files.map(({ name, filename, contentType, bytes }) =>
        toAttachment({ filename, contentType, contentId: contentIds.get(name), bytes }),
      ),
      // A route that stores mails sends links in place of files.
      missing: Number(form.text('attachment-count') ?? 0) > files.length ? ['attachments'] : [],
    },
  }
}

function headersOf(form: Form): readonly MailHeader[] {
  const list = parseJson(form.bytes('message-headers'))
  const pairs = (Array.isArray(list) ? list : []).flatMap((pair: JsonValue): MailHeader[] => {
    const [name, value] = Array.isArray(pair) ? (pair as readonly JsonValue[]) : []
    return typeof name === 'string' && typeof value === 'string' ? [{ name, value }] : []
  })
  if (pairs.length > 0) return pairs
  return repeated.flatMap((name): MailHeader[] => {
    const value = form.text(name) ?? form.text(name.toLowerCase())
    return value === undefined ? [] : [{ name, value }]
  })
}

/** `{"<id>": "attachment-1"}`, the other way round. */
function contentIdsByName(map: JsonValue): ReadonlyMap<string, string> {
  const ids = typeof map === 'object' && map !== null ? Object.keys(map) : []
  return new Map(ids.map((id) => [String(member(map, id)), id]))
}
