import { Buffer } from 'node:buffer'

/** One field or file of a form to be sent. */
export interface FormEntry {
  readonly name: string
  readonly value: string | Uint8Array
  readonly filename?: string
  readonly type?: string
}

/** A body with its content type. */
export interface EncodedForm {
  readonly body: Buffer
  readonly contentType: string
}

/** `multipart/form-data` (RFC 7578). */
export function toMultipart(entries: readonly FormEntry[], boundary = 'xYzZy-7'): EncodedForm {
  const parts = entries.flatMap(({ name, value, filename, type }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
        (filename === undefined ? '' : `; filename="${filename}"`) +
        (type === undefined ? '' : `\r\nContent-Type: ${type}`) +
        '\r\n\r\n',
    ),
    Buffer.from(value as Uint8Array),
    Buffer.from('\r\n'),
  ])
  return {
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}

/** `application/x-www-form-urlencoded`, bytes that are no text included. */
export function toUrlEncoded(entries: readonly FormEntry[]): EncodedForm {
  const escape = (value: string | Uint8Array): string =>
    Buffer.from(value as Uint8Array)
      .toString('latin1')
      .replace(/[^A-Za-z0-9*._-]/g, (each) =>
        each === ' ' ? '+' : `%${each.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
      )
  const pairs = entries.map(({ name, value }) => `${escape(name)}=${escape(value)}`)
  return { body: Buffer.from(pairs.join('&')), contentType: 'application/x-www-form-urlencoded' }
}
