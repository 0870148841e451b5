import { describe, expect, it } from 'vitest'
import { createRawCodec } from '../src/index.ts'

describe('createRawCodec', () => {
  it('passes bytes through and writes text as UTF-8', () => {
    const codec = createRawCodec({ contentType: 'text/csv' })
    const bytes = new Uint8Array([0, 255])
    expect(codec.encode('t', bytes)).toBe(bytes)
    expect(codec.decode(bytes)).toBe(bytes)
    expect(Buffer.from(codec.encode('t', 'é')).toString('hex')).toBe('c3a9')
    expect(codec.contentType).toBe('text/csv')
    expect(createRawCodec().contentType).toBe('application/octet-stream')
  })

  it('refuses anything else', () => {
    for (const value of [{ a: 1 }, null, undefined, 5, new ArrayBuffer(1)]) {
      expect(() => createRawCodec().encode('t', value)).toThrow(
        expect.objectContaining({ code: 'VALUE_INVALID' }),
      )
    }
  })

  // Half a surrogate pair became U+FFFD without a word.
  it('refuses text that has no form in UTF-8', () => {
    expect(() => createRawCodec().encode('t', 'a\ud83d')).toThrow(
      expect.objectContaining({
        problems: [{ path: [], reason: 'expected bytes or text, got text with half a surrogate pair in it' }],
      }),
    )
  })
})
