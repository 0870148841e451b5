import { Refusal } from '../cluster/refusal.ts'

/** The little of a record that the broker looks at. */
export interface ScannedRecord {
  readonly timestampDelta: number
  readonly offsetDelta: number
  readonly hasKey: boolean
}

/**
 * Steps over the records of a batch without decoding keys, values and headers' contents.
 *
 * @param records - the bytes after the batch's header, uncompressed
 * @throws {Refusal} INVALID_RECORD where they do not hold exactly `count` well-formed records
 */
export function scanRecords(
  records: Uint8Array,
  count: number,
  visit: (record: ScannedRecord) => void,
): void {
  const scan = new Scan(records)
  for (let index = 0; index < count; index++) visit(scan.record(index))
  if (!scan.atEnd) throw invalid('Incorrect declared batch size, records still remaining')
}

function invalid(why: string): Refusal {
  return new Refusal('INVALID_RECORD', why)
}

class Scan {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  record(index: number): ScannedRecord {
    const size = this.#varint()
    const end = this.#at + size
    if (size < 0 || end > this.#bytes.length)
      throw invalid(`Record ${index} says that it is ${size} bytes long`)
    this.#at++ // attributes: unused
    const timestampDelta = this.#varint()
    const offsetDelta = this.#varint()
    const keyBytes = this.#varint()
    this.#skip(keyBytes)
    this.#skip(this.#varint())
    const headers = this.#varint()
    if (headers < 0 || headers > size) throw invalid(`Found invalid number of record headers ${headers}`)
    for (let left = headers; left > 0; left--) {
      const nameBytes = this.#varint()
      if (nameBytes < 0) throw invalid(`Invalid negative header key size ${nameBytes}`)
      this.#skip(nameBytes)
      this.#skip(this.#varint())
    }
    if (this.#at !== end) throw invalid(`Record ${index} does not end where it says`)
    return { timestampDelta, offsetDelta, hasKey: keyBytes >= 0 }
  }

  #skip(bytes: number): void {
    if (bytes < -1) throw invalid(`Invalid size ${bytes} in a record`)
    if (bytes > 0) this.#at += bytes
  }

  /** Zigzag of up to ten bytes; beyond 53 bits the number is not exact, but no real timestamp goes there. */
  #varint(): number {
    let value = 0
    let scale = 1
    for (let read = 0; read < 10; read++) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw invalid('Records end in the middle of a number')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      scale *= 128
    }
    throw invalid('Varint is too long')
  }
}
