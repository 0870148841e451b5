import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { createFormReader } from '../src/form/read-form.ts'
import type { FormLimits } from '../src/form/form-part.ts'
import { toMultipart, toUrlEncoded, type EncodedForm, type FormEntry } from './form-body.ts'

const limits: FormLimits = { maxParts: 20, maxFieldBytes: 1_000_000, maxFileBytes: 2_000_000 }
const read = async (
  { body, contentType }: EncodedForm,
  more: Partial<FormLimits> = {},
): ReturnType<ReturnType<typeof createFormReader>> =>
  await createFormReader({ ...limits, ...more })(body, { 'content-type': contentType })
const tooLarge = expect.objectContaining({ code: 'WEBHOOK_TOO_LARGE' }) as Error
const invalid = expect.objectContaining({ code: 'WEBHOOK_INVALID' }) as Error

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const entries: readonly FormEntry[] = [
  { name: 'plain', value: 'a text' },
  { name: 'bytes', value: everyByte },
  { name: 'empty', value: '' },
  { name: 'naïve & co', value: 'ü' },
]

describe.each([
  ['multipart/form-data', toMultipart],
  ['application/x-www-form-urlencoded', toUrlEncoded],
] as const)('createFormReader on %s', (_type, encode) => {
  it('gives back every byte of every field', async () => {
    const form = await read(encode(entries))
    for (const { name, value } of entries) {
      expect(form.bytes(name)).toEqual(Buffer.from(value as Uint8Array))
    }
    expect(form.parts).toHaveLength(4)
    expect(form.text('missing')).toBeUndefined()
  })

  it('takes as many parts, and as large ones, as it may', async () => {
    const some = Array.from({ length: 20 }, (_, index) => ({ name: `f${index}`, value: 'x'.repeat(100) }))
    expect((await read(encode(some), { maxFieldBytes: 100 })).parts).toHaveLength(20)
    await expect(read(encode(some), { maxParts: 19 })).rejects.toThrow(tooLarge)
    await expect(read(encode(some), { maxFieldBytes: 99 })).rejects.toThrow(tooLarge)
  })

  it('gives the first of two fields of one name', async () => {
    const form = await read(
      encode([
        { name: 'a', value: '1' },
        { name: 'a', value: '2' },
      ]),
    )
    expect(form.text('a')).toBe('1')
  })

  it('knows no names that it was not sent', async () => {
    const form = await read(encode([{ name: '__proto__', value: 'x' }]))
    expect([form.text('__proto__'), form.text('constructor')]).toEqual(['x', undefined])
  })

  it('reads one body once', async () => {
    const { body, contentType } = encode(entries)
    const reader = createFormReader(limits)
    const headers = { 'content-type': contentType }
    expect(await reader(body, headers)).toBe(await reader(body, headers))
  })
})

describe('createFormReader', () => {
  it('tells files from fields, by their names alone', async () => {
    const form = await read(
      toMultipart([
        { name: 'f', value: 'field', type: 'application/octet-stream' },
        { name: 'f', value: 'file', filename: 'Größe.TXT', type: 'Text/Plain; charset=x' },
      ]),
    )
    expect(form.parts).toMatchObject([
      { filename: null, contentType: 'application/octet-stream' },
      { filename: 'Größe.TXT', contentType: 'text/plain' },
    ])
    expect(form.text('f')).toBe('field')
  })

  it('takes files up to their own limit', async () => {
    const file = { name: 'f', value: Buffer.alloc(600_000), filename: 'a.bin' }
    expect((await read(toMultipart([file]), { maxFieldBytes: 10 })).parts[0]?.bytes).toHaveLength(600_000)
    await expect(read(toMultipart([file]), { maxFileBytes: 599_999 })).rejects.toThrow(tooLarge)
  })

  it('leaves what is nested as it is', async () => {
    const inner = toMultipart([{ name: 'signature', value: 'x' }], 'inner')
    const outer = toMultipart([{ name: 'f', value: inner.body, type: inner.contentType }])
    const form = await read(outer)
    expect(form.bytes('f')).toEqual(inner.body)
    expect(form.text('signature')).toBeUndefined()
  })

  it('refuses a body that ends before its end, or has none', async () => {
    const { body, contentType } = toMultipart(entries)
    for (const end of [0, 10, 80, 200, body.length - 20]) {
      await expect(read({ body: body.subarray(0, end), contentType })).rejects.toThrow(invalid)
    }
    await expect(read({ body, contentType: 'multipart/form-data' })).rejects.toThrow(invalid)
    await expect(read({ body, contentType: 'multipart/form-data; boundary=other' })).rejects.toThrow(invalid)
  })

  it('reads escapes as browsers do', async () => {
    const contentType = 'application/x-www-form-urlencoded'
    const form = await read({ body: Buffer.from('a=%41+%e2%98%95%2&b&=c&&%61%=%zz'), contentType })
    expect(form.parts.map(({ name, bytes }) => [name, String(bytes)])).toEqual([
      ['a', 'A ☕%2'],
      ['b', ''],
      ['', 'c'],
      ['a%', '%zz'],
    ])
  })
})
