import type { ParsedSchema } from '@headwater/avro'
import { selfContainedText } from './self-contained-text.ts'

/**
 * Whether two schemas are one, with all that they refer to: a history has that written out, and a registry's version
 * refers to versions. Those that differ at first sight are not written out.
 */
export function isSameSchema(left: ParsedSchema, right: ParsedSchema): boolean {
  const [one, other] = [left.root, right.root]
  if (one.type !== other.type) return false
  if (one.type === 'record' && other.type === 'record') {
    const names = other.fields.map(({ name }) => name)
    if (one.fields.length !== names.length) return false
    if (one.fields.some(({ name }, at) => name !== names[at])) return false
  }
  return selfContainedText(left) === selfContainedText(right)
}
