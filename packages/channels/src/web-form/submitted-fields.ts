import { Buffer } from 'node:buffer'
import { ChannelError } from '../channel-error.ts'
import { InvalidWebhookError } from '../webhook/invalid-webhook-error.ts'

/** Bounds of the fields of one form. */
export interface FieldLimits {
  readonly maxFields: number
  readonly maxNameBytes: number
  readonly maxValueBytes: number
  readonly maxFieldsBytes: number
}

/**
 * Collects fields under their names; a name that is repeated has several values. A `Map`, so that no name means
 * anything to the language: `__proto__` is a field like all others.
 */
export class SubmittedFields {
  readonly #values = new Map<string, string[]>()
  readonly #limits: FieldLimits
  #count = 0
  #bytes = 0

  constructor(limits: FieldLimits) {
    this.#limits = limits
  }

  /** @throws ChannelError `WEBHOOK_TOO_LARGE`, or InvalidWebhookError for a field without a name. */
  add(name: string, value: string): void {
    const { maxFields, maxNameBytes, maxValueBytes, maxFieldsBytes } = this.#limits
    const [nameBytes, valueBytes] = [Buffer.byteLength(name), Buffer.byteLength(value)]
    this.#count += 1
    this.#bytes += nameBytes + valueBytes
    if (name === '') throw new InvalidWebhookError('$', 'a field has no name')
    if (nameBytes > maxNameBytes) throw tooLarge(`the name of a field has more than ${maxNameBytes} bytes`)
    if (valueBytes > maxValueBytes) throw tooLarge(`a field has more than ${maxValueBytes} bytes`)
    if (this.#count > maxFields) throw tooLarge(`the form has more than ${maxFields} fields`)
    if (this.#bytes > maxFieldsBytes) throw tooLarge(`the fields have more than ${maxFieldsBytes} bytes`)
    const values = this.#values.get(name)
    if (values === undefined) this.#values.set(name, [value])
    else values.push(value)
  }

  /** Takes a field out; its first value counts. */
  take(name: string): string | undefined {
    const [first] = this.#values.get(name) ?? []
    this.#values.delete(name)
    return first
  }

  first(name: string): string | undefined {
    return this.#values.get(name)?.[0]
  }

  /** The fields, on an object without a prototype. */
  toRecord(): Record<string, readonly string[]> {
    const record = Object.create(null) as Record<string, readonly string[]>
    for (const [name, values] of this.#values) record[name] = values
    return record
  }
}

function tooLarge(message: string): ChannelError {
  return new ChannelError('WEBHOOK_TOO_LARGE', message)
}
