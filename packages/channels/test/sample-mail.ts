import { Buffer } from 'node:buffer'

/** A file of a sample. */
interface SampleFile {
  readonly filename: string
  readonly type: string
  readonly bytes: Buffer
  readonly contentId?: string
}

/** A mail as its writer thinks of it, from which every provider's request is made. */
export interface SampleMail {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly from: { readonly name: string; readonly address: string }
  readonly to: readonly { readonly name: string; readonly address: string }[]
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly files: readonly SampleFile[]
}

const date = 'Mon, 02 Mar 2026 09:14:58 +0100'

/** Names and a subject beyond ASCII, both bodies, a file that hangs on the mail and a picture inside the HTML. */
export const sample: SampleMail = {
  headers: [
    ['Received', 'from mx.example.com by in.example.net; Mon, 2 Mar 2026 08:15:00 +0000'],
    ['Message-ID', '<b7e1@mail.example.com>'],
    ['In-Reply-To', '<a001@example.org>'],
    ['References', '<a000@example.org> <a001@example.org>'],
    ['Date', date],
    ['From', 'Grüner, Jörg <joerg@Example.COM>'],
    ['To', 'Support <support@example.org>, "Team, Night" <night@example.org>'],
    ['Cc', 'archive@example.org'],
    ['Reply-To', 'Büro <office@example.com>'],
    ['Subject', 'Größe der Lieferung ☕'],
    ['Precedence', 'bulk'],
  ],
  from: { name: 'Grüner, Jörg', address: 'joerg@Example.COM' },
  to: [
    { name: 'Support', address: 'support@example.org' },
    { name: 'Team, Night', address: 'night@example.org' },
  ],
  subject: 'Größe der Lieferung ☕',
  text: 'Zwei Paletten fehlen.\r\n\r\nGrüße\r\nJörg\r\n',
  html: '<p>Zwei Paletten <b>fehlen</b>.</p>\r\n',
  files: [
    {
      filename: 'Lieferschein März.pdf',
      type: 'application/pdf',
      bytes: Buffer.from('%PDF-1.7 März \0\xff', 'latin1'),
    },
    {
      filename: 'logo.png',
      type: 'image/png',
      bytes: Buffer.from('89504e470d0a1a0a00ff', 'hex'),
      contentId: 'logo@x',
    },
  ],
}

/** The header as pairs, in plain Unicode, as providers' JSON has it. */
export const plainHeaders = (mail: SampleMail): readonly (readonly [string, string])[] =>
  mail.headers.map(([name, value]) => [
    name,
    name === 'From' ? `"${mail.from.name}" <${mail.from.address}>` : value,
  ])

/** The header as a mail has it: encoded words (RFC 2047) for what is not ASCII. */
export function headerBlock(mail: SampleMail): string {
  return mail.headers.map(([name, value]) => `${name}: ${encoded(name, value, mail)}\r\n`).join('')
}

function encoded(name: string, value: string, mail: SampleMail): string {
  const word = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
  if (name === 'From') return `${word(mail.from.name)}\r\n <${mail.from.address}>`
  if (name === 'Reply-To') return `${word('Büro')} <office@example.com>`
  return /^[\0-\x7f]*$/.test(value) ? value : word(value)
}

/** The mail as it is sent (RFC 5322, MIME). */
export function toMime(mail: SampleMail): Buffer {
  const text = (type: string, body: string): string =>
    `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${body}`
  const files = mail.files.map(
    ({ filename, type, bytes, contentId }) =>
      `--mix\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n` +
      `Content-Disposition: ${contentId === undefined ? 'attachment' : 'inline'};\r\n` +
      ` filename*=utf-8''${encodeURIComponent(filename)}\r\n` +
      (contentId === undefined ? '' : `Content-ID: <${contentId}>\r\n`) +
      `\r\n${bytes.toString('base64')}\r\n`,
  )
  return Buffer.from(
    `${headerBlock(mail)}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=mix\r\n\r\n` +
      `--mix\r\nContent-Type: multipart/alternative; boundary=alt\r\n\r\n` +
      `--alt\r\n${text('text/plain', mail.text)}--alt\r\n${text('text/html', mail.html)}--alt--\r\n` +
      `${files.join('')}--mix--\r\n`,
  )
}
