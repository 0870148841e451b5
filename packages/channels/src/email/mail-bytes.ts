import { Buffer } from 'node:buffer'
import { repairWindows1252 } from './windows-1252.ts'

/** A mail made ready for a parser that knows the standard only. */
interface MailBytes {
  /** What to parse. */
  readonly bytes: Uint8Array
  /** The header block as text, one character a byte. */
  readonly header: string
  /** What follows the header block. */
  readonly body: Uint8Array
}

const lf = 0x0a
const cr = 0x0d
const esc = 0x1b

/**
 * Undoes damage that relays and hand-made senders do, where it can be undone without a guess: a byte order mark or
 * blank lines before the header, lines that end in CR alone, no blank line before the body, header fields in 8-bit
 * charsets.
 */
export function toMailBytes(raw: Uint8Array): MailBytes {
  const mail = withLineFeeds(withoutLead(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)))
  const { headerEnd, bodyStart } = split(mail)
  const header = mail.subarray(0, headerEnd)
  const body = mail.subarray(bodyStart)
  const readable = toUtf8Header(header)
  const unchanged = readable === header && bodyStart > headerEnd
  return {
    bytes: unchanged ? mail : Buffer.concat([readable, Buffer.from('\r\n'), body]),
    header: header.toString('latin1'),
    body,
  }
}

function withoutLead(mail: Buffer): Buffer {
  let start = mail[0] === 0xef && mail[1] === 0xbb && mail[2] === 0xbf ? 3 : 0
  while (mail[start] === cr || mail[start] === lf) start += 1
  return mail.subarray(start)
}

function withLineFeeds(mail: Buffer): Buffer {
  if (mail.includes(lf) || !mail.includes(cr)) return mail
  return Buffer.from(mail.map((byte) => (byte === cr ? lf : byte)))
}

interface Split {
  /** Where the header block ends, its last line end included. */
  readonly headerEnd: number
  /** Where the body starts, behind the blank line; equal to `headerEnd` when there is none. */
  readonly bodyStart: number
}

/**
 * The header block ends at the first blank line, or already at a line that is no field, where none follows it up to
 * there: the sender forgot the blank line. A stray line between fields does not end it.
 */
function split(mail: Buffer): Split {
  let noField: number | undefined
  for (let at = 0; at < mail.length;) {
    const next = lineAfter(mail, at)
    if (isBlank(mail, at, next)) {
      return noField === undefined
        ? { headerEnd: at, bodyStart: next }
        : { headerEnd: noField, bodyStart: noField }
    }
    if (isFieldLine(mail, at, next)) noField = undefined
    else if (!isFolded(mail, at)) noField ??= at
    at = next
  }
  const end = noField ?? mail.length
  return { headerEnd: end, bodyStart: end }
}

function lineAfter(mail: Buffer, at: number): number {
  const end = mail.indexOf(lf, at)
  return end === -1 ? mail.length : end + 1
}

function isBlank(mail: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (mail[at] !== cr && mail[at] !== lf) return false
  return true
}

/** RFC 5322 allows any printable character in a field name; nobody uses more than these. */
const fieldLine = /^(?:[A-Za-z][\w.-]*[ \t]*:|>?From )/

/** A line that continues the one before it. */
function isFolded(mail: Buffer, at: number): boolean {
  return mail[at] === 0x20 || mail[at] === 0x09
}

function isFieldLine(mail: Buffer, from: number, to: number): boolean {
  return fieldLine.test(mail.toString('latin1', from, Math.min(to, from + 256)))
}

/** Whether a header block has a field at all. */
export function hasField(header: string): boolean {
  return /^[A-Za-z][\w.-]*[ \t]*:/m.test(header)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Fields must be ASCII or UTF-8 (RFC 6532). Senders that put raw bytes of another charset there nearly always mean the
 * charset that their Content-Type names; where none helps, windows-1252 is the commonest and gives every byte a
 * character.
 */
function toUtf8Header(header: Buffer): Buffer {
  const charset = /^content-type:[^\n]*(?:\n[ \t][^\n]*)*?charset="?([\w.:-]+)/im.exec(
    header.toString('latin1'),
  )?.[1]
  const decoder = decoderOf(charset)
  const escapes = /^iso-2022-/i.test(charset ?? '') && header.includes(esc)
  if (!escapes && isUtf8(header)) return header
  const lines: Buffer[] = []
  for (let at = 0; at < header.length;) {
    const next = lineAfter(header, at)
    const line = header.subarray(at, next)
    const needsDecoding = (escapes && line.includes(esc)) || !isUtf8(line)
    lines.push(needsDecoding ? Buffer.from(repairWindows1252(decoder.decode(line))) : line)
    at = next
  }
  return Buffer.concat(lines)
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes)
    return true
  } catch {
    return false
  }
}

function decoderOf(charset: string | undefined): InstanceType<typeof TextDecoder> {
  try {
    if (charset !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(charset)) return new TextDecoder(charset)
  } catch {
    // A charset that nobody knows: the same as none.
  }
  return new TextDecoder('windows-1252')
}
