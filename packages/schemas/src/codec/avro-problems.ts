import type { AvroType } from './avro-type.ts'
import { branchFor, fieldsOf, itemsOf, valuesOf } from './avro-type-parts.ts'
import type { ValueProblem } from './codec-error.ts'

/** Says what of a value does not fit a type, and where. For the failing case only: it looks at everything. */
export function findAvroProblems(type: AvroType, value: unknown): readonly ValueProblem[] {
  const problems: ValueProblem[] = []
  inspect(type, value, [], problems)
  return problems.length > 0
    ? problems
    : [{ path: [], reason: `is not a valid ${type.branchName ?? type.typeName}` }]
}

// The guard has been there before and ended, so a value that contains itself stops here, too.
const maxDepth = 500

function inspect(type: AvroType, value: unknown, path: readonly string[], problems: ValueProblem[]): void {
  const add = (reason: string): void => void problems.push({ path, reason })
  if (path.length > maxDepth) return add('nested too deeply, or the value contains itself')
  if (value instanceof Map) return add(`expected ${nameOf(type)}, got a Map: use a plain object`)
  switch (type.typeName) {
    case 'record':
    case 'error':
      if (!isObject(value)) return add(`expected ${nameOf(type)}, got ${kindOf(value)}`)
      return inspectRecord(type, value, path, problems)
    case 'map':
      if (!isObject(value)) return add(`expected map, got ${kindOf(value)}`)
      for (const [key, item] of Object.entries(value)) inspect(valuesOf(type), item, [...path, key], problems)
      return
    case 'array':
      if (!Array.isArray(value)) return add(`expected array, got ${kindOf(value)}`)
      for (const [index, item] of value.entries())
        inspect(itemsOf(type), item, [...path, String(index)], problems)
      return
    case 'union:wrapped':
    case 'union:unwrapped': {
      if (type.isValid(value)) return inspectBranch(type, value, path, problems)
      const chosen = branchFor(type, value)
      if (chosen === undefined) return add(`expected ${nameOf(type)}, got ${kindOf(value)}`)
      return inspectBranch(type, value, path, problems)
    }
    case 'long':
      if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return
      break
    case 'bytes':
    case 'fixed':
      if (value instanceof Uint8Array && type.isValid(Buffer.from(value))) return
      break
    default:
  }
  if (!type.isValid(value)) add(`expected ${nameOf(type)}, got ${kindOf(value)}`)
}

function inspectRecord(
  type: AvroType,
  value: Readonly<Record<string, unknown>>,
  path: readonly string[],
  problems: ValueProblem[],
): void {
  const fields = fieldsOf(type)
  for (const field of fields) {
    const member = value[field.name]
    const hasDefault = (field as unknown as { defaultValue(): unknown }).defaultValue() !== undefined
    if (member === undefined && hasDefault) continue
    inspect(field.type, member, [...path, field.name], problems)
  }
  const names = new Set(fields.map(({ name }) => name))
  for (const [key, member] of Object.entries(value)) {
    if (!names.has(key) && member !== undefined) {
      problems.push({ path: [...path, key], reason: `${nameOf(type)} has no such field` })
    }
  }
}

function inspectBranch(
  union: AvroType,
  value: unknown,
  path: readonly string[],
  problems: ValueProblem[],
): void {
  const chosen = branchFor(union, value)
  if (chosen === undefined) return
  inspect(chosen.type, chosen.value, chosen.name === undefined ? path : [...path, chosen.name], problems)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nameOf(type: AvroType): string {
  if (!type.typeName.startsWith('union')) return type.name ?? type.typeName
  const union = type as unknown as { readonly types: readonly AvroType[] }
  const names = union.types.map((branch) => branch.branchName ?? branch.typeName).join(', ')
  return type.typeName === 'union:wrapped'
    ? `one of ${names}, wrapped as { [type]: value }`
    : `one of ${names}`
}

/** What a value is, never what it says: it may be a secret. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a fraction'
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    return 'a number that JavaScript cannot hold exactly'
  if (typeof value === 'object') return value.constructor?.name ?? 'object'
  return typeof value
}
