import type { AvroType } from './avro-type.ts'
import { branchFor, fieldsOf, isDynamic, itemsOf, unionTypes, valuesOf } from './avro-type-parts.ts'
import type { ValueProblem } from './codec-error.ts'
import { ValueMisfit } from '../logical/value-misfit.ts'
import { isPlainObject, isRecordObject, memberOf } from './object-kind.ts'
import { misfitOf } from './writer/create-writer.ts'

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
      return isRecordObject(value) ? inspectRecord(type, value, walk) : reportKind(walk, type, value)
    case 'map':
      return isMapObject(value) ? inspectMap(type, value, walk) : reportKind(walk, type, value)
    case 'array':
      return Array.isArray(value) ? inspectArray(type, value, walk) : reportKind(walk, type, value)
    case 'union:wrapped':
    case 'union:unwrapped':
      return inspectUnion(type, value, walk)
    default: {
      const misfits = misfitOf(type, value)
      if (misfits instanceof ValueMisfit) report(walk, misfits.message)
      else if (misfits !== undefined) reportKind(walk, type, value)
    }
  }
}

function inspectMap(type: AvroType, value: Readonly<Record<string, unknown>>, walk: Inspection): void {
  for (const [key, member] of Object.entries(value)) {
    inspectMember(key, valuesOf(type), member, walk)
    if (key.isWellFormed()) continue
    walk.path.push(key.toWellFormed())
    report(walk, 'the key has half a surrogate pair, which UTF-8 has no form for')
    walk.path.pop()
  }
}

function inspectArray(type: AvroType, value: readonly unknown[], walk: Inspection): void {
  // Object.entries would skip the holes.
  for (const [index, item] of value.entries()) {
    inspectMember(String(index), itemsOf(type), item, walk)
    if (walk.problems.length >= maxProblems) return
  }
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
    const member = memberOf(value, field.name)
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
  const dynamic = unionTypes(type).filter(isDynamic)
  if (dynamic.some((branch) => branch.isValid(value))) return
  if (chosen === undefined) {
    // Where one branch alone is left, what it says is more than that none fits.
    const [only, ...others] = unionTypes(type).filter(({ typeName }) => typeName !== 'null')
    const isOnly = only !== undefined && others.length === 0 && dynamic.includes(only)
    return isOnly ? inspectPart(only, value, walk) : reportKind(walk, type, value)
  }
  if (chosen.name === undefined) return inspectPart(chosen.type, chosen.value, walk)
  inspectMember(chosen.name, chosen.type, chosen.value, walk)
}

function report(walk: Inspection, reason: string): void {
  walk.problems.push({ path: [...walk.path], reason })
}

function reportKind(walk: Inspection, type: AvroType, value: unknown): void {
  const expected = `expected ${nameOf(type)}`
  if (value === undefined) return report(walk, `is missing, ${expected}`)
  // The one type that refuses a number for its size alone.
  const isTooLarge = type.typeName === 'float' && typeof value === 'number'
  report(walk, `${expected}, got ${isTooLarge ? 'a number that it cannot hold' : kindOf(value)}`)
}

function isMapObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && isPlainObject(value)
}

function nameOf(type: AvroType): string {
  if (!type.typeName.startsWith('union')) return type.name ?? type.typeName.replace('abstract:', '')
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
  if (typeof value === 'string' && !value.isWellFormed()) return 'text with half a surrogate pair in it'
  if (typeof value === 'number') return kindOfNumber(value)
  if (typeof value !== 'object') return typeof value
  // Its own `constructor` would be a member like others.
  const prototype = Object.getPrototypeOf(value) as {
    readonly constructor?: { readonly name?: unknown }
  } | null
  const name = prototype?.constructor?.name
  return typeof name === 'string' && name !== '' ? name : 'object'
}

function kindOfNumber(value: number): string {
  if (!Number.isFinite(value)) return 'a number that is not finite'
  if (!Number.isInteger(value)) return 'a fraction'
  return Number.isSafeInteger(value) ? 'number' : 'a number that JavaScript cannot hold exactly'
}
