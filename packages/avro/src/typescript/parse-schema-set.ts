import { AvroSchemaError } from '../avro-schema-error.ts'
import { parseSchema } from '../parse-schema.ts'
import type { NamedNode, ParsedSchema, SchemaNode } from '../schema-node.ts'
import { TypesError, type SchemaSetProblem } from './types-error.ts'

/** One schema of a set. */
export interface TypesSource {
  /** What messages call it and what orders the set: usually the path of its file. Unique in the set. */
  readonly name: string
  /** The schema as JSON text. It may use types that other schemas of the set define. */
  readonly text: string
  /**
   * The event that carries it. Default: the property `x-event` of the root type, else the root type's full name.
   */
  readonly event?: string | undefined
}

/** A schema of the set, understood. */
export interface SetMember {
  readonly source: TypesSource
  readonly root: SchemaNode
  /** Types that this schema defines itself, by full name. */
  readonly own: ReadonlyMap<string, NamedNode>
}

/** A set whose names are all resolved. */
export interface SchemaSet {
  /** Sorted by the name of the source, whatever the order they were given in. */
  readonly members: readonly SetMember[]
  /** Every named type by full name, sorted. */
  readonly types: ReadonlyMap<string, NamedNode>
}

/** Reads schemas that use each other's types, in any order. */
export function parseSchemaSet(sources: readonly TypesSource[]): SchemaSet {
  const types = new Map<string, NamedNode>()
  const members: SetMember[] = []
  let waiting = sources.toSorted((a, b) => compareText(a.name, b.name))
  let problems: SchemaSetProblem[] = []
  // What fails may only wait for a type of a later source, so a round that got on is followed by another one.
  for (let before = -1; waiting.length > 0 && waiting.length !== before;) {
    before = waiting.length
    problems = []
    waiting = waiting.filter((source) => {
      try {
        members.push(readMember(source, types))
        return false
      } catch (error) {
        if (!(error instanceof AvroSchemaError)) throw error
        problems.push({ source: source.name, error })
        return true
      }
    })
  }
  assertNoProblems(problems)
  return {
    members: members.toSorted((a, b) => compareText(a.source.name, b.source.name)),
    types: new Map([...types].toSorted(([a], [b]) => compareText(a, b))),
  }
}

/** Throws a {@link TypesError} that lists the problems, if there are any. */
export function assertNoProblems(problems: readonly SchemaSetProblem[]): void {
  if (problems.length === 0) return
  const sorted = problems.toSorted((a, b) => compareText(a.source, b.source))
  const lines = sorted.map(({ source, error }) => `${source}: ${error.message}`)
  throw new TypesError('SCHEMA_SET_INVALID', lines.join('\n'), sorted)
}

/** By UTF-16 units: the same order on every computer, which a locale's is not. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function readMember(source: TypesSource, types: Map<string, NamedNode>): SetMember {
  const parsed = parseSchema(source.text, { references: [asReference(types)] })
  const own = new Map(
    [...parsed.types].filter(([fullName]) => parsed.types.get(fullName) !== types.get(fullName)),
  )
  // A type that two schemas define in the same way is one type: the first definition stands.
  for (const [fullName, type] of own) if (!types.has(fullName)) types.set(fullName, type)
  return { source, root: parsed.root, own }
}

/** All that is known so far as one schema: a reference for each would make every text walk through all before it. */
function asReference(types: ReadonlyMap<string, NamedNode>): ParsedSchema {
  const root: SchemaNode = { type: 'null', line: 1, column: 1, pointer: '', properties: new Map() }
  return { text: '"null"', root, types, referenced: new Set(), referencedRoots: new Set() }
}
