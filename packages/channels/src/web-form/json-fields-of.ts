import { InvalidWebhookError } from '../webhook/invalid-webhook-error.ts'
import type { SubmittedFields } from './submitted-fields.ts'

/**
 * The values of a JSON object as fields: texts as they are, numbers and booleans as JSON writes them, `null` as no field.
 * A list of plain values is a field with several values; what is nested further gets its path as name.
 *
 * @throws InvalidWebhookError for a body that is no object.
 */
export function addJsonFields(value: unknown, fields: SubmittedFields): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidWebhookError('$', 'the body is no JSON object')
  }
  for (const [name, member] of Object.entries(value)) add(name, member, fields)
}

function add(path: string, value: unknown, fields: SubmittedFields): void {
  if (value === null) return
  if (Array.isArray(value)) {
    const isNested = value.some((item) => typeof item === 'object' && item !== null)
    value.forEach((item, index) => add(isNested ? `${path}[${index}]` : path, item, fields))
  } else if (typeof value === 'object') {
    for (const [name, member] of Object.entries(value)) add(`${path}.${name}`, member, fields)
  } else {
    // Half a surrogate pair has no UTF-8, and no form is refused for an emoji that somebody's program cut in two.
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    fields.add(path.toWellFormed(), text.toWellFormed())
  }
}
