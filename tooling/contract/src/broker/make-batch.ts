import {
  BatchBuilder,
  batchField,
  compress,
  compressionTypes,
  crc32c,
  noProducer,
  type BatchProducer,
  type CompressionType,
  type RecordInput,
} from '@headwater/protocol'

/** A time that lies in no topic's future, the same for every record that does not care. */
export const someTimeMs = 1_700_000_000_000

/** A record batch with one record a value. */
export function makeBatch(
  values: readonly (string | Partial<RecordInput>)[],
  producer: Partial<BatchProducer> = {},
): Buffer {
  return toBuilder(values).seal({ ...noProducer, ...producer })
}

/** The same, compressed. */
export async function makeCompressedBatch(
  type: CompressionType,
  values: readonly (string | Partial<RecordInput>)[],
): Promise<Buffer> {
  const builder = toBuilder(values)
  return builder.sealCompressed(
    noProducer,
    compressionTypes[type],
    await compress(type, builder.recordBytes()),
  )
}

/** A batch that says it is compressed, over bytes that are not. */
export function makeGarbageBatch(type: CompressionType): Buffer {
  return toBuilder(['never read']).sealCompressed(
    noProducer,
    compressionTypes[type],
    Buffer.from('no codec ever wrote these bytes'),
  )
}

/** Changes a batch and makes its CRC right again, so that what was changed is all that is wrong with it. */
export function forgeBatch(batch: Buffer, change: (batch: Buffer) => void): Buffer {
  const forged = Buffer.from(batch)
  change(forged)
  forged.writeUInt32BE(crc32c(forged, batchField.attributes), batchField.crc)
  return forged
}

function toBuilder(values: readonly (string | Partial<RecordInput>)[]): BatchBuilder {
  const builder = new BatchBuilder()
  for (const value of values) {
    const record = typeof value === 'string' ? { value } : value
    builder.tryAppend({ key: null, value: null, timestamp: someTimeMs, ...record }, Infinity)
  }
  return builder
}
