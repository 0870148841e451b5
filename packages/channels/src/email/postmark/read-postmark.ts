import { Buffer } from 'node:buffer'
import { InvalidWebhookError } from '../../webhook/invalid-webhook-error.ts'
import type { MailHeader } from '../auto-generated.ts'
import type { InboundMail } from '../inbound-mail.ts'
import { fromBase64, listMember, member, parseJson, textMember, type JsonValue } from '../json-value.ts'
import type { MailFields } from '../mail-from-fields.ts'
import { toAttachment } from '../provider-attachment.ts'

/**
 * The mail in a request of Postmark: whole in `RawEmail` when the server is set to include it, else taken apart.
 *
 * @throws InvalidWebhookError
 */
export function readPostmark(raw: Uint8Array): InboundMail {
  const body = parseJson(raw)
  // The only thing that every inbound webhook has, and no other one.
  if (member(body, 'From') === undefined && member(body, 'RawEmail') === undefined) {
    throw new InvalidWebhookError('$', 'no inbound webhook of Postmark: neither From nor RawEmail')
  }
  const recipient = textMember(body, 'OriginalRecipient')
  const envelope = { to: recipient }
  const mime = textMember(body, 'RawEmail') ?? ''
  if (mime !== '') return { kind: 'raw', raw: Buffer.from(mime, 'utf8'), envelope }
  return { kind: 'fields', raw, rawType: 'application/json', envelope, fields: toFields(body) }
}

function toFields(body: JsonValue): MailFields {
  const attachments = listMember(body, 'Attachments').map((each) => ({
    each,
    bytes: fromBase64(textMember(each, 'Content') ?? ''),
  }))
  return {
    kind: 'fields',
    headers: headersOf(body),
    text: textMember(body, 'TextBody') ?? null,
    html: textMember(body, 'HtmlBody') ?? null,
    attachments: attachments.flatMap(({ each, bytes }) =>
      bytes === null
        ? []
        : [
            toAttachment({
              filename: textMember(each, 'Name'),
              contentType: textMember(each, 'ContentType'),
              contentId: textMember(each, 'ContentID'),
              bytes,
            }),
          ],
    ),
    missing: attachments.some(({ bytes }) => bytes === null) ? ['attachments'] : [],
  }
}

/** The fields that Postmark takes out of the list of headers and gives members of their own. */
function headersOf(body: JsonValue): readonly MailHeader[] {
  const listed = listMember(body, 'Headers').flatMap((each): MailHeader[] => {
    const name = textMember(each, 'Name')
    const value = textMember(each, 'Value')
    return name === undefined || value === undefined ? [] : [{ name, value }]
  })
  const isListed = new Set(listed.map(({ name }) => name.toLowerCase()))
  const own = [
    { name: 'From', value: mailboxes([member(body, 'FromFull')]) || textMember(body, 'From') },
    { name: 'To', value: mailboxes(listMember(body, 'ToFull')) || textMember(body, 'To') },
    { name: 'Cc', value: mailboxes(listMember(body, 'CcFull')) || textMember(body, 'Cc') },
    { name: 'Reply-To', value: textMember(body, 'ReplyTo') },
    { name: 'Subject', value: textMember(body, 'Subject') },
    { name: 'Date', value: textMember(body, 'Date') },
  ].filter((each): each is MailHeader => Boolean(each.value) && !isListed.has(each.name.toLowerCase()))
  return [...own, ...listed]
}

function mailboxes(list: readonly JsonValue[]): string {
  return list
    .flatMap((each) => {
      const address = textMember(each, 'Email') ?? ''
      const name = textMember(each, 'Name') ?? ''
      if (address === '') return []
      return [name === '' ? address : `${quoted(name)} <${address}>`]
    })
    .join(', ')
}

/** RFC 5322 §3.2.4. */
function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&')}"`
}
