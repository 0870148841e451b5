import { promisify } from 'node:util'
import { constants, gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib'
import { ProtocolError } from '../protocol-error.ts'
import { compressLz4, decompressLz4 } from './lz4-frame.ts'
import { badCompression } from './output-buffer.ts'
import { compressSnappy, decompressSnappy } from './snappy.ts'
import { assertWholeZstdFrames } from './zstd-frame.ts'

/** The number of each codec in the attributes of a batch. */
export const compressionTypes = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const

/** How the records of a batch are compressed. Kafka: `compression.type`. */
export type CompressionType = keyof typeof compressionTypes

/** Kafka's own bound on a request (`socket.request.max.bytes`), as the bound on what may come out of a batch. */
const defaultMaxBytes = 104857600

/** How to compress. */
export interface CompressOptions {
  /**
   * Effort: 1 to 9 for gzip, 1 to 22 for zstd; Snappy and LZ4 have one level. Kafka: `compression.gzip.level`,
   * `compression.zstd.level`. Default: the codec's own, as in Kafka.
   */
  readonly level?: number | undefined
}

/** How far to decompress. */
export interface DecompressOptions {
  /**
   * Bytes that may come out at the most; more is `BAD_COMPRESSION`.
   *
   * @defaultValue 104857600
   */
  readonly maxBytes?: number | undefined
}

interface Codec {
  compress(bytes: Uint8Array, level: number | undefined): Promise<Buffer>
  decompress(bytes: Uint8Array, maxBytes: number): Promise<Buffer>
}

const gzipAsync = promisify(gzip)
const gunzipAsync = promisify(gunzip)
const zstdCompressAsync = promisify(zstdCompress)
const zstdDecompressAsync = promisify(zstdDecompress)

/** gzip and zstd run in libuv's threads; Snappy and LZ4 are quick enough to run where they are called. */
const codecs: Readonly<Record<CompressionType, Codec>> = {
  none: {
    compress: async (bytes) => asBuffer(bytes),
    decompress: async (bytes, maxBytes) => {
      if (bytes.length > maxBytes) throw badCompression(`it is longer than ${maxBytes} bytes`)
      return asBuffer(bytes)
    },
  },
  gzip: {
    compress: (bytes, level) => gzipAsync(bytes, level === undefined ? {} : { level }),
    decompress: (bytes, maxBytes) => gunzipAsync(bytes, { maxOutputLength: maxBytes }),
  },
  snappy: {
    compress: async (bytes) => compressSnappy(bytes),
    decompress: async (bytes, maxBytes) => decompressSnappy(bytes, maxBytes),
  },
  lz4: {
    compress: async (bytes) => compressLz4(bytes),
    decompress: async (bytes, maxBytes) => decompressLz4(bytes, maxBytes),
  },
  zstd: {
    compress: (bytes, level) =>
      zstdCompressAsync(
        bytes,
        level === undefined ? {} : { params: { [constants.ZSTD_c_compressionLevel]: level } },
      ),
    decompress: async (bytes, maxBytes) => {
      assertWholeZstdFrames(bytes)
      return await zstdDecompressAsync(bytes, { maxOutputLength: maxBytes })
    },
  },
}

const namesByNumber = Object.keys(compressionTypes) as CompressionType[]

/**
 * The codec that a batch's attributes name.
 *
 * @throws ProtocolError `MALFORMED` for a number that no codec has
 */
export function compressionTypeOf(attributes: number): CompressionType {
  const number = attributes & 0x07
  const name = namesByNumber[number]
  if (name === undefined) throw new ProtocolError('MALFORMED', `no compression type has the number ${number}`)
  return name
}

/** Compresses the records of a batch in the form that Java's clients write and all clients read. */
export function compress(
  type: CompressionType,
  bytes: Uint8Array,
  options: CompressOptions = {},
): Promise<Buffer> {
  return codecs[type].compress(bytes, options.level)
}

/**
 * Decompresses the records of a batch.
 *
 * @throws ProtocolError `BAD_COMPRESSION`, as a rejection
 */
export async function decompress(
  type: CompressionType,
  bytes: Uint8Array,
  options: DecompressOptions = {},
): Promise<Buffer> {
  try {
    return await codecs[type].decompress(bytes, options.maxBytes ?? defaultMaxBytes)
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'BAD_COMPRESSION') throw error
    throw badCompression(`${type} says "${(error as Error).message}"`, error)
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
