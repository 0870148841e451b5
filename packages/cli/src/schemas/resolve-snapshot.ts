import {
  AvroSchemaError,
  findSchemaNames,
  parseSchema,
  type ParsedSchema,
  type SchemaNames,
} from '@headwater/avro'
import { hash } from 'node:crypto'
import { decodeSchemaText } from './decode-schema-text.ts'
import { createNameIndex, type NameIndex } from './name-index.ts'
import { parseOnDemand } from './parse-on-demand.ts'
import { findReferenceCycles } from './find-reference-cycles.ts'
import type { LoadedSchema, SchemaSnapshot, SchemaSource } from './schema-snapshot.ts'
import { topicsInSchema } from './topics-in-schema.ts'
import { SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'
import { withinStack } from './within-stack.ts'

interface ReadFile {
  readonly text: string
  readonly names: SchemaNames
}

/** A snapshot and what was wrong with its files, in the order of files and lines. */
export interface ResolvedSnapshot {
  readonly snapshot: SchemaSnapshot
  readonly problems: readonly SchemasProblem[]
}

/**
 * Reads schema files that refer to each other. References are looked for among these sources and nowhere else, so a
 * commit's files never see the working tree's. A file that leans on one with a problem is left out without a problem
 * of its own: one fault, one line.
 *
 * @param unread - one problem for each file that is there and was not read
 */
export function resolveSnapshot(
  sources: readonly SchemaSource[],
  unread: readonly SchemasProblem[] = [],
): ResolvedSnapshot {
  const problems: SchemasProblem[] = [...unread]
  const read = new Map<string, ReadFile>()
  const sorted = sources.toSorted((a, b) => (a.file < b.file ? -1 : 1))
  for (const { file, bytes } of sorted) {
    attempt(file, problems, () => {
      const text = decodeSchemaText(file, bytes)
      read.set(file, { text, names: findSchemaNames(text) })
    })
  }
  const index = createNameIndex(new Map([...read].map(([file, { names }]) => [file, names])))
  problems.push(...index.duplicates)
  const references = new Map(
    [...read].map(([file, { names }]) => [file, findReferences(file, names, index, problems)]),
  )
  const unresolved = new Set([...references].filter(([, found]) => found === undefined).map(([file]) => file))
  const edges = new Map([...references].map(([file, found]) => [file, found ?? []]))
  const { order, cycles } = findReferenceCycles(edges)
  for (const cycle of cycles) {
    problems.push(cycleProblem(cycle, read.get(cycle[0]!)!.names, index))
    for (const file of cycle) unresolved.add(file)
  }
  const schemas = new Map<string, LoadedSchema>()
  const shared = new Set([...edges.values()].flat())
  for (const file of order) {
    const targets = edges.get(file)!
    if (unresolved.has(file) || targets.some((target) => !schemas.has(target))) continue
    const { text, names } = read.get(file)!
    attempt(file, problems, () => {
      const leaned = targets.map((target) => schemas.get(target)!)
      const parse = parseOnDemand(() =>
        parseSchema(text, { references: leaned.map((schema) => schema.parsed) }),
      )
      const parsed = parse()
      // A checkout may have changed the line ends; that is no change of a schema.
      const closure = digest([
        text.replaceAll('\r\n', '\n'),
        ...leaned.map((schema) => schema.closure).toSorted(),
      ])
      const loaded = {
        file,
        fullName: names.root,
        topics: topicsInSchema(parsed),
        references: targets,
        closure,
      }
      // To parse a shared one again would be to parse again what that leans on, for each that leans on it.
      schemas.set(file, shared.has(file) ? { ...loaded, parsed } : withParsed(loaded, parse))
    })
  }
  const files = new Set([...sorted.map(({ file }) => file), ...unread.flatMap(({ file }) => file ?? [])])
  return {
    snapshot: { schemas, files, fileOf: (fullName) => index.fileOf(fullName) },
    problems: problems.toSorted(byPlace),
  }
}

function withParsed(loaded: Omit<LoadedSchema, 'parsed'>, parse: () => ParsedSchema): LoadedSchema {
  return {
    ...loaded,
    get parsed() {
      return parse()
    },
  }
}

/** The files that define what a file uses; `undefined` when one is not to be had. */
function findReferences(
  file: string,
  names: SchemaNames,
  index: NameIndex,
  problems: SchemasProblem[],
): readonly string[] | undefined {
  const found = new Set<string>()
  let complete = true
  for (const { candidates, line, column } of names.used) {
    const name = candidates.find((candidate) => index.fileOf(candidate) !== undefined)
    if (name !== undefined) {
      found.add(index.fileOf(name)!)
      continue
    }
    complete = false
    if (candidates.some((candidate) => index.isAmbiguous(candidate))) continue
    const similar = index.namesLike(candidates[0]!)
    const hint = similar.length === 0 ? '' : `; did you mean ${similar.join(' or ')}?`
    problems.push({
      code: 'reference-missing',
      file,
      line,
      column,
      message: `the name ${candidates[0]} is defined in none of the schema files`,
      fix: `add the file that defines it to the schemas that are checked, or correct the name${hint}`,
    })
  }
  return complete ? [...found].toSorted() : undefined
}

function cycleProblem(cycle: readonly string[], names: SchemaNames, index: NameIndex): SchemasProblem {
  const [file, next] = [cycle[0]!, cycle[1] ?? cycle[0]!]
  const use = names.used.find(({ candidates }) => candidates.some((name) => index.fileOf(name) === next))
  return {
    code: 'reference-cycle',
    file,
    line: use?.line ?? 1,
    column: use?.column ?? 1,
    message: `files refer to each other in a circle: ${[...cycle, file].join(' -> ')}`,
    fix: 'define types that contain each other in one file; a registry takes a reference only after its target',
  }
}

function attempt(file: string, problems: SchemasProblem[], work: () => void): void {
  try {
    withinStack(file, work)
  } catch (thrown) {
    if (thrown instanceof SchemasProblemError) problems.push(...thrown.problems)
    else if (thrown instanceof AvroSchemaError) {
      const { line, column, reason, pointer } = thrown
      const at = pointer === '' ? '' : ` (at ${pointer})`
      const fix = reason.startsWith('not JSON')
        ? 'make it JSON'
        : 'correct the schema there; Avro does not allow this'
      problems.push({ code: 'schema-invalid', file, line, column, message: `${reason}${at}`, fix })
    } else throw thrown
  }
}

function byPlace(a: SchemasProblem, b: SchemasProblem): number {
  if (a.file !== b.file) return (a.file ?? '') < (b.file ?? '') ? -1 : 1
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}

function digest(parts: readonly string[]): string {
  return hash('sha256', parts.map((part) => `${part.length}:${part}`).join(''))
}
