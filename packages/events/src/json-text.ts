import { Buffer } from 'node:buffer'
import { createJsonCodec } from '@headwater/schemas'

const json = createJsonCodec()

/**
 * A value as JSON text that says what the value says.
 *
 * @param name - what the value is called in the error.
 * @throws SchemaValidationError (`VALUE_INVALID`) for what JSON would drop or change: `undefined`, `NaN`, a bigint, a
 *   `Map`, a circle.
 */
export function toJsonText(name: string, value: unknown): string {
  return Buffer.from(json.encode(name, value)).toString()
}
