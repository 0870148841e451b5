import { Buffer } from 'node:buffer'

/** What makes one copy of a sample a mail of its own. */
export interface Variation {
  /** Number of the mail in its run, from 1. */
  readonly number: number
  /** Number of the sample: its copies come from one sender, which other samples do not share. */
  readonly sample: number
  /** Whether the sample is there because it has no Message-ID, and must stay so. */
  readonly withoutMessageId?: boolean | undefined
}

/** The address of nearly all samples. */
const sharedSender = 'desk@example.com'

/**
 * A copy of a sample mail that differs from all other copies, in as few bytes as possible, so that whatever is odd
 * about the sample stays odd:
 *
 * - The number goes in front of the Message-ID: `<x@y>` becomes `<17.x@y>`; a mail without one gets the field.
 * - A mail that must stay without Message-ID gets the number as the field `X-Demo-Number`.
 * - Bytes without any header field stay without: they get the number behind their end, as spaces and tabs.
 * - The address that nearly all samples share becomes one of the sample's own, or there would be one key for all.
 */
export function varyMail(raw: Uint8Array, variation: Variation): Buffer {
  // Latin-1 maps every byte to one character and back.
  const mail = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1')
  const header = headerOf(mail)
  const firstField = fieldStart.exec(header)
  if (firstField === null) return Buffer.from(mail + blanks(variation.number), 'latin1')
  const lineEnd = /\r\n|\n|\r/.exec(mail)?.[0] ?? '\r\n'
  const numbered = numberedHeader(header, { at: firstField.index, lineEnd }, variation)
  return Buffer.from(withOwnSender(numbered, variation.sample) + mail.slice(header.length), 'latin1')
}

/** A byte order mark may stand before the first field. */
const fieldStart = /(?<=^(?:\u00ef\u00bb\u00bf)?)[A-Za-z][\w.-]*[ \t]*:/m

/** Up to the first blank line behind the first line that is none. */
function headerOf(mail: string): string {
  const start = mail.search(/[^\r\n]/)
  const blank = /\r\n\r\n|\n\r?\n|\r\r/.exec(mail.slice(start))
  return blank === null ? mail : mail.slice(0, start + blank.index)
}

function numberedHeader(
  header: string,
  firstField: { readonly at: number; readonly lineEnd: string },
  { number, withoutMessageId }: Variation,
): string {
  const messageId = /(?<=^(?:\u00ef\u00bb\u00bf)?)message-id[ \t]*:\s*<?/im.exec(header)
  if (messageId !== null) return insert(header, messageId.index + messageId[0].length, `${number}.`)
  const field = withoutMessageId
    ? `X-Demo-Number: ${number}`
    : `Message-ID: <${number}.demo@mail.example.com>`
  return insert(header, firstField.at, field + firstField.lineEnd)
}

function withOwnSender(header: string, sample: number): string {
  const own = `desk-${sample}@${sharedSender.slice(sharedSender.indexOf('@') + 1)}`
  return header.replace(/(?<=^(?:\u00ef\u00bb\u00bf)?)from[ \t]*:[^\r\n]*/im, (field) =>
    field.replace(sharedSender, own),
  )
}

function insert(text: string, at: number, more: string): string {
  return text.slice(0, at) + more + text.slice(at)
}

/** White space makes no header field, and no mail of what has no content. */
function blanks(number: number): string {
  return number.toString(2).replaceAll('0', ' ').replaceAll('1', '\t')
}
