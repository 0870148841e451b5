import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { toMailBytes } from '../src/email/mail-bytes.ts'

const prepared = (text: string): string => String(Buffer.from(toMailBytes(Buffer.from(text)).bytes))

describe('toMailBytes', () => {
  it('leaves a proper mail alone, without a copy', () => {
    const raw = Buffer.from('From: a@example.com\r\n\r\ntext')
    const { bytes, body } = toMailBytes(raw)
    expect(bytes.buffer).toBe(raw.buffer)
    expect(Buffer.compare(bytes, raw)).toBe(0)
    expect(String(body)).toBe('text')
  })

  it('takes a view for what it is', () => {
    const raw = Buffer.from('xxFrom: a@example.com\n\ntextxx').subarray(2, -2)
    expect(String(Buffer.from(toMailBytes(raw).bytes))).toBe('From: a@example.com\n\ntext')
  })

  it.each([
    ['a forgotten blank line', 'A: 1\nHello\nyou\n', 'A: 1\n\r\nHello\nyou\n'],
    ['paragraphs behind a forgotten blank line', 'A: 1\nHello\n\nyou\n', 'A: 1\n\r\nHello\n\nyou\n'],
    ['a header without a body', 'A: 1\n', 'A: 1\n\r\n'],
    ['blank lines in front', '\r\n\nA: 1\n\nx', 'A: 1\n\nx'],
    ['a byte order mark', '\ufeffA: 1\n\nx', 'A: 1\n\nx'],
    ['CR alone', 'A: 1\r\rx\r', 'A: 1\n\nx\n'],
  ])('repairs %s', (_, damaged, whole) => expect(prepared(damaged)).toBe(whole))

  it.each([
    ['a stray line between fields', 'A: 1\nstray\nB: 2\n\nx'],
    ['folded lines', 'A: 1\n folded\n\tmore\n\nx'],
    ['the From line of an mbox', 'From a@example.com Mon\nA: 1\n\nx'],
    ['colons in the body', 'A: 1\n\nHello\nB: 2\n'],
  ])('leaves %s alone', (_, text) => expect(prepared(text)).toBe(text))

  it('takes the body as it is when the header needs decoding', () => {
    const body = Buffer.from('gr\xfcn', 'latin1')
    const raw = Buffer.concat([Buffer.from('Subject: gr\xfcn\n\n', 'latin1'), body])
    const mail = toMailBytes(raw)
    expect(Buffer.from(mail.bytes).subarray(0, 14).toString()).toBe('Subject: grün')
    expect(Buffer.compare(mail.body, body)).toBe(0)
  })
})
