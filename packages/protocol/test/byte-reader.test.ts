import { describe, expect, it } from 'vitest'
import { ByteReader } from '../src/wire/byte-reader.ts'
import { ByteWriter } from '../src/wire/byte-writer.ts'

function written(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter(8)
  write(writer)
  const bytes = Buffer.concat(writer.finish())
  expect(writer.length).toBe(bytes.length)
  return bytes
}

const hex = (text: string): ByteReader => new ByteReader(Buffer.from(text, 'hex'))

describe('ByteReader', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [2 ** 31, '8080808008'],
    [2 ** 32 - 1, 'ffffffff0f'],
  ])('reads the unsigned varint %d that ByteWriter writes', (value, text) => {
    expect(written((writer) => writer.uvarint(value)).toString('hex')).toBe(text)
    expect(hex(text).uvarint()).toBe(value)
  })

  it.each([
    [0n, '00'],
    [-1n, '01'],
    [1n, '02'],
    [2n ** 63n - 1n, 'feffffffffffffffff01'],
    [-(2n ** 63n), 'ffffffffffffffffff01'],
  ])('reads the varlong %d', (value, text) => {
    expect(hex(text).varlong()).toBe(value)
  })

  it.each([
    ['00', 0],
    ['01', -1],
    ['feffffff0f', 2147483647],
    ['ffffffff0f', -2147483648],
  ])('reads the varint %s', (text, value) => {
    expect(hex(text).varint()).toBe(value)
  })

  it('refuses varints that never end', () => {
    const endless = 'ff'.repeat(20)
    expect(() => hex(endless).uvarint()).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    expect(() => hex(endless).varlong()).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })

  it('refuses lengths and counts that the bytes cannot hold', () => {
    expect(() => hex('0000').raw(3)).toThrow(expect.objectContaining({ code: 'TRUNCATED' }))
    expect(() => hex('0000').raw(-1)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    expect(() => hex('0000').text(-1)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    expect(() => hex('0000').count(3)).toThrow(expect.objectContaining({ code: 'TRUNCATED' }))
    expect(() => hex('00').int16()).toThrow(expect.objectContaining({ code: 'TRUNCATED' }))
  })
})

describe('ByteWriter', () => {
  it('keeps the order of small fields and large bytes that it does not copy', () => {
    const large = Buffer.alloc(5000, 7)
    const bytes = written((writer) => {
      for (let round = 0; round < 40; round++) {
        writer.int64(BigInt(round))
        writer.raw(large)
        writer.text('größer', (size) => writer.int16(size))
      }
    })
    const reader = new ByteReader(bytes)
    for (let round = 0; round < 40; round++) {
      expect(reader.int64()).toBe(BigInt(round))
      expect(reader.raw(5000)).toEqual(large)
      expect(reader.text(reader.int16())).toBe('größer')
    }
    expect(reader.remaining).toBe(0)
  })

  it.each([
    ['int8', 128],
    ['int16', 32768],
    ['int32', 2 ** 31],
  ] as const)('refuses an %s of %d', (type, value) => {
    expect(() => new ByteWriter()[type](value)).toThrow(RangeError)
  })
})
