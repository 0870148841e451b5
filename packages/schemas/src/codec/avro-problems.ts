import type { AvroType } from './avro-type.ts'
import { branchFor, fieldsOf, itemsOf, unionTypes, valuesOf } from './avro-type-parts.ts'
import type { ValueProblem } from './codec-error.ts'

// One bad value in an array of a million is enough to know; and a report must not outgrow the record.
const maxProblems = 100

/**
 * Says what of a value does not fit a type, and where: the first hundred places. For the failing case only, since it
 * looks at everything.
 */
export function findAvroProblems(type: AvroType, value: unknown): readonly ValueProblem[] {
  const problems: ValueProblem[] = []
  inspect(type, value, { path: [], parents: new Set(), problems })
  return problems.length > 0 ? problems : [{ path: [], reason: `is not a valid ${nameOf(type)}` }]
}

interface Inspection {
  /** Where the walk is. */
  readonly path: string[]
  /** The objects that it is in. */
  readonly parents: Set<object>
  readonly problems: ValueProblem[]
}

// Far above any event, far below the end of the stack.
const maxDepth = 500

function inspect(type: AvroType, value: unknown, walk: Inspection): void {
  if (walk.problems.length >= maxProblems) return
  if (typeof value !== 'object' || value === null) return inspectPart(type, value, walk)
  if (walk.parents.has(value)) return report(walk, 'the value contains itself')
  if (walk.path.length > maxDepth) return report(walk, 'nested too deeply')
  walk.parents.add(value)
  inspectPart(type, value, walk)
  walk.parents.delete(value)
}

function inspectPart(type: AvroType, value: unknown, walk: Inspection): void {
  if (value instanceof Map) return report(walk, `expected ${nameOf(type)}, got a Map: use a plain object`)
  switch (type.typeName) {
    case 'record':
    case 'error':
      return isObject(value) ? inspectRecord(type, value, walk) : reportKind(walk, type, value)
    case 'map':
      return isObject(value)
        ? inspectMembers(Object.entries(value), valuesOf(type), walk)
        : reportKind(walk, type, value)
    case 'array':
      return Array.isArray(value)
        ? inspectMembers(Object.entries(value), itemsOf(type), walk)
        : reportKind(walk, type, value)
    case 'union:wrapped':
    case 'union:unwrapped':
      return inspectUnion(type, value, walk)
    case 'long':
      if (typeof value === 'bigint' && type.isValid(Number(value))) return
      break
    case 'bytes':
    case 'fixed':
      if (value instanceof Uint8Array && type.isValid(Buffer.from(value))) return
      break
    default:
  }
  if (!type.isValid(value)) reportKind(walk, type, value)
}

function inspectMembers(
  entries: readonly (readonly [string, unknown])[],
  type: AvroType,
  walk: Inspection,
): void {
  for (const [key, member] of entries) inspectMember(key, type, member, walk)
}

function inspectMember(key: string, type: AvroType, member: unknown, walk: Inspection): void {
  walk.path.push(key)
  inspect(type, member, walk)
  walk.path.pop()
}

function inspectRecord(type: AvroType, value: Readonly<Record<string, unknown>>, walk: Inspection): void {
  const names = new Set<string>()
  for (const field of fieldsOf(type)) {
    names.add(field.name)
    const member = value[field.name]
    if (member === undefined && field.defaultValue() !== undefined) continue
    inspectMember(field.name, field.type, member, walk)
  }
  for (const [key, member] of Object.entries(value)) {
    if (names.has(key) || member === undefined) continue
    walk.path.push(key)
    report(walk, `${nameOf(type)} has no such field`)
    walk.path.pop()
  }
}

function inspectUnion(type: AvroType, value: unknown, walk: Inspection): void {
  const chosen = branchFor(type, value)
  // A logical type has values of its own kind, which only it can tell.
  const isLogical = unionTypes(type).some(({ typeName }) => typeName.startsWith('logical:'))
  if (isLogical && type.isValid(value)) return
  if (chosen === undefined) return reportKind(walk, type, value)
  if (chosen.name === undefined) return inspectPart(chosen.type, chosen.value, walk)
  inspectMember(chosen.name, chosen.type, chosen.value, walk)
}

function report(walk: Inspection, reason: string): void {
  walk.problems.push({ path: [...walk.path], reason })
}

function reportKind(walk: Inspection, type: AvroType, value: unknown): void {
  report(
    walk,
    value === undefined
      ? `is missing, expected ${nameOf(type)}`
      : `expected ${nameOf(type)}, got ${kindOf(value)}`,
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nameOf(type: AvroType): string {
  if (!type.typeName.startsWith('union')) return type.name ?? type.typeName
  const names = unionTypes(type)
    .map((branch) => branch.branchName ?? branch.typeName)
    .join(', ')
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
