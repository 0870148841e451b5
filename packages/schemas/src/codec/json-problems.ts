import type { ValueProblem } from './codec-error.ts'

/** Deep enough for any event, and far from the end of the stack. */
const maxDepth = 200

/** The places of a value that JSON cannot hold. */
export function findJsonProblems(value: unknown): readonly ValueProblem[] {
  const problems: ValueProblem[] = []
  inspect(value, [], new Set(), problems)
  return problems
}

function inspect(value: unknown, path: string[], parents: Set<object>, problems: ValueProblem[]): void {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) problems.push({ path: [...path], reason: `${value} is no JSON number` })
    return
  }
  if (typeof value !== 'object')
    return void problems.push({ path: [...path], reason: `JSON has no ${typeof value}` })
  const name = unfitName(value)
  if (name !== undefined) return void problems.push({ path: [...path], reason: `JSON has no ${name}` })
  if (parents.has(value)) return void problems.push({ path: [...path], reason: 'the value contains itself' })
  if (path.length > maxDepth) return void problems.push({ path: [...path], reason: 'nested too deeply' })
  parents.add(value)
  const own =
    'toJSON' in value && typeof value.toJSON === 'function'
      ? (value.toJSON as (key: string) => unknown)
      : undefined
  if (own !== undefined) inspect(own.call(value, path.at(-1) ?? ''), path, parents, problems)
  else {
    // Object.entries skips the holes of an array, where JSON would write null.
    const entries = Array.isArray(value)
      ? Array.from(value, (item: unknown, at) => [String(at), item] as const)
      : Object.entries(value)
    for (const [key, member] of entries) {
      path.push(key)
      inspect(member, path, parents, problems)
      path.pop()
    }
  }
  parents.delete(value)
}

/** Objects that `JSON.stringify` turns into `{}`, or into something that nobody reads back. */
function unfitName(value: object): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid Date' : undefined
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'bytes'
  const kind = Object.prototype.toString.call(value).slice(8, -1)
  if (neverPlain.has(kind)) return kind
  if (kind === 'Object' || Array.isArray(value) || 'toJSON' in value) return undefined
  // What the language or the platform brings keeps its content where JSON does not look.
  return Object.keys(value).length === 0 ? kind : undefined
}

const neverPlain: ReadonlySet<string> = new Set([
  'Map',
  'Set',
  'RegExp',
  'Error',
  'Promise',
  'String',
  'Number',
  'Boolean',
])
