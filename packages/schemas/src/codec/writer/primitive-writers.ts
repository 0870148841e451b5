import { isBigLong } from '../bigint-long.ts'
import { misfit, writeBigInteger, writeInteger, writeRaw, type Sink, type Writer } from './sink.ts'

/** JavaScript numbers hold longs exactly up to here; avsc, which reads them, refuses the last of these. */
const maxLong = Number.MAX_SAFE_INTEGER - 1

/** Up to here a loop is quicker than a call into Node, and the length is one byte. */
const shortText = 40

function writeInt(sink: Sink, value: unknown): void {
  if (typeof value !== 'number' || value !== (value | 0)) throw misfit
  writeInteger(sink, value)
}

function writeLong(sink: Sink, value: unknown): void {
  // A bigint that a long of numbers can hold exactly; comparisons between the two kinds are exact.
  if (typeof value === 'bigint' && value <= maxLong && value >= -maxLong)
    return writeInteger(sink, Number(value))
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw misfit
  if (value > maxLong || value < -maxLong) throw misfit
  writeInteger(sink, value)
}

/** The precision of a float is what its schema's author chose; infinity for a number is not. */
function writeFloat(sink: Sink, value: unknown): void {
  if (typeof value !== 'number') throw misfit
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) throw misfit
  if (sink.at + 4 <= sink.buffer.length) sink.buffer.writeFloatLE(value, sink.at)
  sink.at += 4
}

function writeDouble(sink: Sink, value: unknown): void {
  if (typeof value !== 'number') throw misfit
  if (sink.at + 8 <= sink.buffer.length) sink.buffer.writeDoubleLE(value, sink.at)
  sink.at += 8
}

/** Also for the keys of maps. */
export function writeText(sink: Sink, value: unknown): void {
  if (typeof value !== 'string') throw misfit
  const { length } = value
  if (length > shortText) return writeLongText(sink, value)
  const { buffer, at } = sink
  for (let index = 0; index < length; index++) {
    const code = value.charCodeAt(index)
    if (code > 0x7f) return writeLongText(sink, value)
    buffer[at + 1 + index] = code
  }
  buffer[at] = length << 1
  sink.at = at + 1 + length
}

/** Half a surrogate pair has no form in UTF-8; other readers would refuse its bytes, or replace them. */
function writeLongText(sink: Sink, value: string): void {
  const bytes = Buffer.byteLength(value)
  if (bytes !== value.length && !value.isWellFormed()) throw misfit
  writeInteger(sink, bytes)
  if (sink.at + bytes <= sink.buffer.length) sink.buffer.write(value, sink.at, bytes)
  sink.at += bytes
}

function writeBytes(sink: Sink, value: unknown): void {
  if (!(value instanceof Uint8Array)) throw misfit
  writeInteger(sink, value.length)
  writeRaw(sink, value)
}

/** By avsc's name of the type. */
export const primitiveWriters: Readonly<Record<string, Writer>> = {
  null: (_, value) => {
    if (value !== null) throw misfit
  },
  boolean: (sink, value) => {
    if (typeof value !== 'boolean') throw misfit
    sink.buffer[sink.at++] = value ? 1 : 0
  },
  int: writeInt,
  long: writeLong,
  // With the option `long: 'bigint'`.
  'abstract:long': (sink, value) => {
    if (!isBigLong(value)) throw misfit
    writeBigInteger(sink, value)
  },
  float: writeFloat,
  double: writeDouble,
  string: writeText,
  bytes: writeBytes,
}
