import { gzipSync, zstdCompressSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  compress,
  compressionTypeOf,
  compressionTypes,
  decompress,
  type CompressionType,
} from '../src/index.ts'
import { Random } from './random-value.ts'

const random = new Random()
console.info(`seed of the random bytes: HEADWATER_TEST_SEED=${random.seed}`)
beforeEach(() => random.restart())

const types = Object.keys(compressionTypes) as CompressionType[]
const codecs = types.filter((type) => type !== 'none')
const hex = (text: string): Buffer => Buffer.from(text, 'hex')

const inputs = (): Buffer[] => [
  Buffer.alloc(0),
  Buffer.from('a'),
  Buffer.alloc(200_000, 'x'),
  random.bytes(150_000),
  Buffer.from(Array.from({ length: 3000 }, (_, id) => JSON.stringify({ id, name: `n${id % 17}` })).join()),
  ...Array.from({ length: 300 }, () => Buffer.from(random.bytes(random.below(150)).map((byte) => byte % 3))),
]

describe.each(types)('%s', (type) => {
  it('gives back what it was given', async () => {
    for (const bytes of inputs()) {
      expect((await decompress(type, await compress(type, bytes))).equals(bytes), `seed ${random.seed}`).toBe(
        true,
      )
    }
  })
})

describe.each(codecs)('%s on bad bytes', (type) => {
  it('refuses more than maxBytes, whatever the bytes claim', async () => {
    const bomb = await compress(type, Buffer.alloc(1_000_000))
    await expect(decompress(type, bomb, { maxBytes: 999_999 })).rejects.toMatchObject({
      code: 'BAD_COMPRESSION',
    })
    expect(await decompress(type, bomb, { maxBytes: 1_000_000 })).toHaveLength(1_000_000)
  })

  it('refuses a stream that is cut off', async () => {
    const whole = await compress(type, Buffer.from('to be or not to be, that is the question'))
    // An empty snappy-java stream is its header alone.
    const ends = Array.from({ length: whole.length }, (_, end) => end).filter(
      (end) => type !== 'snappy' || end !== 16,
    )
    for (const end of ends) {
      await expect(decompress(type, whole.subarray(0, end)), `at ${end}`).rejects.toMatchObject({
        code: 'BAD_COMPRESSION',
      })
    }
  })

  it('ends, with bytes or BAD_COMPRESSION, on anything', async () => {
    const whole = await compress(type, Buffer.from('abcabcabcabc'.repeat(50)))
    for (let round = 0; round < 300; round++) {
      const broken = Buffer.from(whole)
      for (let flips = 0; flips < 3; flips++) broken[random.below(broken.length)] = random.below(256)
      const error: unknown = await decompress(type, broken, { maxBytes: 100_000 }).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      if (error !== undefined) expect(error, `seed ${random.seed}`).toMatchObject({ code: 'BAD_COMPRESSION' })
    }
  })
})

describe('decompress', () => {
  it('reads bare Snappy as well as the stream of snappy-java', async () => {
    // 'abcabcabcabc' as one literal and one copy of nine bytes, three back.
    expect((await decompress('snappy', hex('0c08616263220300'))).toString()).toBe('abcabcabcabc')
  })

  it('does not hang on a Snappy literal whose length is negative as 32 bits', async () => {
    await expect(decompress('snappy', hex('0cfcf0ffffff616263'))).rejects.toMatchObject({
      code: 'BAD_COMPRESSION',
    })
  })

  it('refuses matches that reach before the beginning, or nowhere', async () => {
    // One literal, then a match of four bytes.
    expect((await decompress('snappy', hex('0500610101'))).toString()).toBe('aaaaa')
    for (const offset of ['00', '02', '05']) {
      await expect(decompress('snappy', hex(`05006101${offset}`))).rejects.toMatchObject({
        code: 'BAD_COMPRESSION',
      })
    }
  })

  it('refuses Snappy literals that reach into the next block', async () => {
    const header = '82534e41505059000000000100000001'
    const next = '00000003010062'
    expect((await decompress('snappy', hex(`${header}00000003010061${next}`))).toString()).toBe('ab')
    await expect(decompress('snappy', hex(`${header}00000003030861${next}`))).rejects.toMatchObject({
      code: 'BAD_COMPRESSION',
    })
  })

  it('reads LZ4 frames with dependent blocks, block and content checksums', async () => {
    // What `lz4 -BD -BX -B4 --content-size` (1.9.4) makes of the text below: two blocks, the second refers to the first.
    const frame = hex(
      '04224d185c40b0300100000000009417010000df616263646566676831323334350d00' +
        'ff'.repeat(256) +
        'db50343561626399ba31123a0000000ffd' +
        'ff'.repeat(49) +
        'c8503132333435c178532200000000293228ad',
    )
    expect((await decompress('lz4', frame)).toString()).toBe('abcdefgh12345'.repeat(6000))
    for (const at of [24, frame.length - 1]) {
      const broken = Buffer.from(frame)
      broken[at]! ^= 1
      await expect(decompress('lz4', broken)).rejects.toMatchObject({ code: 'BAD_COMPRESSION' })
    }
  })

  it('reads what other writers of gzip and zstd make', async () => {
    const bytes = Buffer.from('some text some text')
    expect(await decompress('gzip', gzipSync(bytes, { level: 1 }))).toEqual(bytes)
    expect(await decompress('zstd', zstdCompressSync(bytes))).toEqual(bytes)
  })
})

describe('compress', () => {
  it('writes the LZ4 frame that Java demands: version 1, independent blocks of 64 KiB, its header checksum', async () => {
    const frame = await compress('lz4', Buffer.alloc(70_000))
    expect(frame.subarray(0, 7)).toEqual(hex('04224d18604082'))
    expect(frame.subarray(-4)).toEqual(Buffer.alloc(4))
  })

  it('ends LZ4 blocks with five literals, which fast readers rely on', async () => {
    for (let length = 1; length < 60; length++) {
      const frame = await compress('lz4', Buffer.alloc(length, 'x'))
      const stored = (frame.readUInt32LE(7) & 0x80000000) !== 0
      if (!stored) expect(frame.subarray(-9, -4).toString()).toBe('xxxxx')
      // The first match can begin at the second byte, and must begin twelve bytes before the end.
      expect(stored).toBe(length < 13)
    }
  })

  it('writes the header of snappy-java', async () => {
    const stream = await compress('snappy', Buffer.from('abc'))
    expect(stream).toEqual(hex('82534e415050590000000001000000010000000503' + '08616263'))
  })

  it('honours the level of gzip and zstd', async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, () => random.text(6)).join())
    expect((await compress('gzip', bytes, { level: 9 })).length).toBeLessThan(
      (await compress('gzip', bytes, { level: 1 })).length,
    )
    expect((await compress('zstd', bytes, { level: 19 })).length).toBeLessThan(
      (await compress('zstd', bytes, { level: 1 })).length,
    )
  })
})

describe('compressionTypeOf', () => {
  it('names the codec of a batch by the low bits of its attributes', () => {
    expect(types.map((type) => compressionTypeOf(0x30 | compressionTypes[type]))).toEqual(types)
    expect(() => compressionTypeOf(6)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })
})
