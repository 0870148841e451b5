import { isUtf8 } from 'node:buffer'
import type { StoredRecord } from '../log/read-log.ts'

/** Bytes in JSON: their text where they are UTF-8, so that nothing is lost on the way. */
type ShownBytes = string | null | { readonly base64: string }

/** A record in JSON. */
interface ShownRecord {
  readonly partition: number
  /** As a text: offsets may be larger than a JSON number can be. */
  readonly offset: string
  readonly timestampMs: number
  readonly key: ShownBytes
  readonly value: ShownBytes
  /** As a list: Kafka allows a name twice. */
  readonly headers: readonly (readonly [name: string, value: ShownBytes])[]
}

/** A record as HTTP shows it. */
export function toShownRecord({
  partition,
  offset,
  timestamp,
  key,
  value,
  headers,
}: StoredRecord): ShownRecord {
  return {
    partition,
    offset: String(offset),
    timestampMs: Number(timestamp),
    key: toShownBytes(key),
    value: toShownBytes(value),
    headers: headers.map(([name, each]) => [name, toShownBytes(each)]),
  }
}

function toShownBytes(bytes: Buffer | null): ShownBytes {
  if (bytes === null) return null
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') }
}
