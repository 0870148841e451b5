import { Buffer } from 'node:buffer'
import { ChannelError } from '../channel-error.ts'
import type { FormLimits, FormPart } from './form-part.ts'

const ampersand = 0x26
const equals = 0x3d
const plus = 0x2b
const percent = 0x25
const space = 0x20

/**
 * Reads an `application/x-www-form-urlencoded` body into bytes, not text: a raw mail in a field need not be UTF-8. What
 * is no escape stays as it is, as browsers read it (WHATWG URL §5.1).
 *
 * @throws ChannelError `WEBHOOK_TOO_LARGE`
 */
export function readUrlEncoded(raw: Uint8Array, limits: FormLimits): readonly FormPart[] {
  const body = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  const parts: FormPart[] = []
  for (let at = 0; at < body.length;) {
    const next = body.indexOf(ampersand, at)
    const end = next === -1 ? body.length : next
    if (end > at) {
      if (parts.length === limits.maxParts) {
        throw new ChannelError('WEBHOOK_TOO_LARGE', `the form has more than ${limits.maxParts} fields`)
      }
      parts.push(toPart(body.subarray(at, end), limits))
    }
    at = end + 1
  }
  return parts
}

function toPart(pair: Buffer, { maxFieldBytes }: FormLimits): FormPart {
  const split = pair.indexOf(equals)
  const name = unescape(split === -1 ? pair : pair.subarray(0, split)).toString('utf8')
  const bytes = split === -1 ? Buffer.alloc(0) : unescape(pair.subarray(split + 1))
  if (bytes.byteLength > maxFieldBytes) {
    throw new ChannelError('WEBHOOK_TOO_LARGE', `a field of the form has more than ${maxFieldBytes} bytes`)
  }
  return { name, filename: null, contentType: 'text/plain', bytes }
}

function unescape(escaped: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(escaped.length)
  let to = 0
  for (let from = 0; from < escaped.length; from += 1) {
    const byte = escaped[from]!
    const high = byte === percent ? hex(escaped[from + 1]) : -1
    const low = high === -1 ? -1 : hex(escaped[from + 2])
    if (low === -1) {
      bytes[to] = byte === plus ? space : byte
    } else {
      bytes[to] = high * 16 + low
      from += 2
    }
    to += 1
  }
  return bytes.subarray(0, to)
}

/** The value of a hexadecimal digit; -1 for anything else. */
function hex(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
