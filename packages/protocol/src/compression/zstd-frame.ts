import { ByteReader } from '../wire/byte-reader.ts'
import { badCompression } from './output-buffer.ts'

/** RFC 8878, 3.1: what a frame begins with, and a skippable one, whose last four bits are free. */
const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a5
/** RFC 8878, 3.1.1.1: sizes of the dictionary id and of the content size by their flags. */
const dictionaryIdBytes = [0, 1, 2, 4]
const contentSizeBytes = [0, 2, 4, 8]
const runLengthBlock = 1
const reservedBlock = 3

/**
 * Throws unless the bytes are whole zstd frames. Node 22 gives what it could read of a frame that is cut off, and says
 * nothing; this walks over the blocks by their sizes, and reads none of them.
 */
export function assertWholeZstdFrames(bytes: Uint8Array): void {
  const reader = new ByteReader(bytes)
  if (reader.remaining === 0) throw badCompression('a zstd stream is empty')
  while (reader.remaining > 0) {
    const magic = littleEndian(reader, 4)
    if (magic >>> 4 === skippableMagic) reader.raw(littleEndian(reader, 4))
    else if (magic === frameMagic) skipFrame(reader)
    else throw badCompression('it is no zstd frame')
  }
}

function skipFrame(reader: ByteReader): void {
  const descriptor = reader.raw(1)[0]!
  const isSingleSegment = (descriptor & 0x20) !== 0
  const hasChecksum = (descriptor & 0x04) !== 0
  const sizeFlag = descriptor >>> 6
  if (!isSingleSegment) reader.raw(1)
  reader.raw(dictionaryIdBytes[descriptor & 0x03]!)
  reader.raw(sizeFlag === 0 && isSingleSegment ? 1 : contentSizeBytes[sizeFlag]!)
  for (let isLast = false; !isLast;) {
    const header = littleEndian(reader, 3)
    const type = (header >>> 1) & 0x03
    if (type === reservedBlock) throw badCompression('a zstd block has a type that is not there')
    isLast = (header & 1) === 1
    reader.raw(type === runLengthBlock ? 1 : header >>> 3)
  }
  if (hasChecksum) reader.raw(4)
}

function littleEndian(reader: ByteReader, bytes: number): number {
  return reader.raw(bytes).readUIntLE(0, bytes)
}
