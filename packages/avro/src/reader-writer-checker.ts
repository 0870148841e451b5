import { canonicalNodeText } from './canonical-text.ts'
import type { Incompatibility, IncompatibilityType } from './incompatibility.ts'
import type {
  EnumNode,
  FieldNode,
  FixedNode,
  NamedNode,
  PrimitiveType,
  RecordNode,
  SchemaNode,
} from './schema-node.ts'

/** Where Avro Java throws an `AvroRuntimeException` out of the comparison. */
export class AmbiguousAliasError extends Error {
  /** The reader's field that matches two of the writer's. */
  readonly field: FieldNode
  readonly writer: RecordNode

  constructor(message: string, field: FieldNode, writer: RecordNode) {
    super(message)
    this.field = field
    this.writer = writer
  }
}

/** The way from the root of the reader's schema, innermost step first, so that a step costs one small object. */
interface Path {
  readonly outer: Path | undefined
  /** A token, or the index of a field into whose type it goes. */
  readonly step: string | number
}

/** An incompatibility whose location is not yet written out: most are found inside of a union and thrown away. */
interface Finding {
  readonly type: IncompatibilityType
  readonly path: Path | undefined
  readonly message: string
}

/**
 * What is wrong with a pair: one finding, or what is wrong with its parts, in order. Pairs that contain a pair share
 * what was found of it. A list in each of them would be as long as everything below it, and where a record is the type
 * of two fields, it would double with every level.
 */
type Found = Finding | readonly Found[]

const none: Found = []
/** What a pair counts as while it is being compared. */
const assumed: Found = []

/**
 * Where a record is the type of two fields, all that is wrong with it is told twice, so that 60 such records, one in
 * the next, have more to tell than any memory holds. Avro Java ends with an `OutOfMemoryError` there.
 */
const mostIncompatibilities = 1_000_000

/** Writer types that a primitive reader takes beside its own: the promotions of the Avro specification. */
const promotions: Readonly<Partial<Record<PrimitiveType, readonly SchemaNode['type'][]>>> = {
  long: ['int'],
  float: ['int', 'long'],
  double: ['int', 'long', 'float'],
  bytes: ['string'],
  string: ['bytes'],
}

/**
 * Avro Java's `SchemaCompatibility.ReaderWriterCompatibilityChecker`, one method a rule. Results are remembered by the
 * identity of the pair, and a pair that is still being compared counts as compatible; both have visible effects (a
 * remembered result keeps the location of the first visit), so both are kept.
 */
export class ReaderWriterChecker {
  readonly #results = new Map<SchemaNode, Map<SchemaNode, Found>>()
  #hasAssumed = false

  /** Whether anything was believed of a pair before it was compared, so that an answer may be too good. */
  get hasAssumed(): boolean {
    return this.#hasAssumed
  }

  check(reader: SchemaNode, writer: SchemaNode): readonly Incompatibility[] {
    return toIncompatibilities(this.#compare(reader, writer, undefined))
  }

  /** Whether {@link ReaderWriterChecker.check} finds nothing. */
  isCompatible(reader: SchemaNode, writer: SchemaNode): boolean {
    return isNone(this.#compare(reader, writer, undefined))
  }

  #compare(reader: SchemaNode, writer: SchemaNode, path: Path | undefined): Found {
    // Nothing below such a writer can lead back here, so only what has a location needs to be remembered.
    if (isLeaf(writer)) {
      const result = this.#calculate(reader, writer, path)
      return isNone(result) ? none : this.#rememberFirst(reader, writer, result)
    }
    let byWriter = this.#results.get(reader)
    if (byWriter === undefined) this.#results.set(reader, (byWriter = new Map()))
    const known = byWriter.get(writer)
    if (known !== undefined) {
      if (known === assumed) this.#hasAssumed = true
      return known
    }
    byWriter.set(writer, assumed)
    const result = this.#calculate(reader, writer, path)
    byWriter.set(writer, result)
    return result
  }

  #rememberFirst(reader: SchemaNode, writer: SchemaNode, result: Found): Found {
    let byWriter = this.#results.get(reader)
    if (byWriter === undefined) this.#results.set(reader, (byWriter = new Map()))
    const known = byWriter.get(writer)
    if (known !== undefined) return known
    byWriter.set(writer, result)
    return result
  }

  #calculate(reader: SchemaNode, writer: SchemaNode, path: Path | undefined): Found {
    if (reader.type === 'union' && writer.type === 'union')
      return this.#everyBranch(reader, writer.branches, path)
    if (reader.type === 'array' && writer.type === 'array') {
      return this.#compare(reader.items, writer.items, { outer: path, step: 'items' })
    }
    if (reader.type === 'map' && writer.type === 'map') {
      return this.#compare(reader.values, writer.values, { outer: path, step: 'values' })
    }
    if (reader.type === 'fixed' && writer.type === 'fixed') {
      return gather([compareNames(reader, writer, path), compareSizes(reader, writer, path)])
    }
    if (reader.type === 'enum' && writer.type === 'enum') {
      return gather([compareNames(reader, writer, path), compareSymbols(reader, writer, path)])
    }
    if (reader.type === 'record' && writer.type === 'record') {
      return gather([compareNames(reader, writer, path), this.#compareFields(reader, writer, path)])
    }
    if (reader.type === writer.type) return none
    if (writer.type === 'union') {
      return gather(
        writer.branches.map((branch, index) =>
          this.#compare(reader, branch, { outer: path, step: String(index) }),
        ),
      )
    }
    if (reader.type === 'union') return this.#anyBranch(reader.branches, writer, path)
    return isPromoted(reader, writer) ? none : typeMismatch(reader, writer, path)
  }

  /** Union against union. The cause inside a branch is thrown away, and its location starts anew, as in Avro Java. */
  #everyBranch(reader: SchemaNode, branches: readonly SchemaNode[], path: Path | undefined): Found {
    const found: Found[] = []
    for (let index = 0; index < branches.length; index++) {
      const branch = branches[index]!
      if (!isNone(this.#compare(reader, branch, undefined)))
        found.push(missingBranch(branch, { outer: path, step: String(index) }))
    }
    return gather(found)
  }

  /** A union reads a plain type when one of its branches does. */
  #anyBranch(branches: readonly SchemaNode[], writer: SchemaNode, path: Path | undefined): Found {
    for (const branch of branches) {
      // A primitive branch is met here and nowhere else, so nobody will ask why it cannot.
      const isReadable = isPrimitive(branch)
        ? branch.type === writer.type || isPromoted(branch, writer)
        : isNone(this.#compare(branch, writer, undefined))
      if (isReadable) return none
    }
    return missingBranch(writer, path)
  }

  #compareFields(reader: RecordNode, writer: RecordNode, path: Path | undefined): Found {
    const found: Found[] = []
    for (let index = 0; index < reader.fields.length; index++) {
      const field = reader.fields[index]!
      const written = findWriterField(field, writer, index)
      if (written !== undefined) {
        if (written.type.type === field.type.type && isPrimitive(field.type)) continue
        found.push(this.#compare(field.type, written.type, { outer: path, step: index }))
      } else if (field.default === undefined) {
        // An enum with a default symbol is compared with the whole record, which fails in other words. So does Java.
        if (field.type.type === 'enum' && field.type.default !== undefined) {
          found.push(this.#compare(field.type, writer, { outer: path, step: index }))
        } else {
          const at = { outer: path, step: `fields/${index}` }
          found.push({ type: 'READER_FIELD_MISSING_DEFAULT_VALUE', path: at, message: field.name })
        }
      }
    }
    return gather(found)
  }
}

/** Whether a type contains no other that could contain it. */
function isLeaf(schema: SchemaNode): boolean {
  switch (schema.type) {
    case 'record':
    case 'array':
    case 'map':
      return false
    case 'union':
      return schema.branches.every(isLeaf)
    default:
      return true
  }
}

function isPrimitive(schema: SchemaNode): boolean {
  switch (schema.type) {
    case 'record':
    case 'enum':
    case 'fixed':
    case 'array':
    case 'map':
    case 'union':
      return false
    default:
      return true
  }
}

function isNone(found: Found): boolean {
  return Array.isArray(found) && found.length === 0
}

function gather(parts: readonly Found[]): Found {
  const found = parts.filter((part) => !isNone(part))
  return found.length > 1 ? found : (found[0] ?? none)
}

/** Writes the locations out, without recursion: the parts are as deep in each other as the records are. */
function toIncompatibilities(all: Found): readonly Incompatibility[] {
  const made = new Map<Finding, Incompatibility>()
  const list: Incompatibility[] = []
  const waiting = [all]
  for (let found = waiting.pop(); found !== undefined; found = waiting.pop()) {
    if (!('type' in found)) {
      for (let index = found.length - 1; index >= 0; index--) waiting.push(found[index]!)
      continue
    }
    if (list.length === mostIncompatibilities) break
    const { type, path, message } = found
    const known = made.get(found) ?? { type, location: `/${steps(path).join('/')}`, message }
    made.set(found, known)
    list.push(known)
  }
  return list
}

/** Whether a reader of one primitive type takes another. */
export function isPromoted(reader: SchemaNode, writer: SchemaNode): boolean {
  return promotions[reader.type as PrimitiveType]?.includes(writer.type) === true
}

/**
 * The writer's field of a reader's field, by its name or one of its aliases.
 *
 * @param likelyAt - where it stands if nobody has moved it
 * @throws AmbiguousAliasError when there are two.
 */
export function findWriterField(
  reader: FieldNode,
  writer: RecordNode,
  likelyAt: number = -1,
): FieldNode | undefined {
  const named = findField(writer, reader.name, likelyAt)
  if (reader.aliases.length === 0) return named
  const aliased = reader.aliases.flatMap((alias) => findField(writer, alias, -1) ?? [])
  const found = named === undefined ? aliased : [named, ...aliased]
  if (found.length > 1) {
    const fieldText = `${reader.name} type:${typeWord(reader.type)} pos:${reader.pointer.split('/').at(-1)}`
    throw new AmbiguousAliasError(
      `Reader record field ${fieldText} matches multiple fields in writer record schema ${canonicalNodeText(writer)}`,
      reader,
      writer,
    )
  }
  return found[0]
}

/** Below this many fields, looking at each is quicker than an index. */
const fewFields = 100

/** Fields by name, of records that have many. */
const fieldIndexes = new WeakMap<RecordNode, ReadonlyMap<string, FieldNode>>()

function findField(record: RecordNode, name: string, likelyAt: number): FieldNode | undefined {
  const { fields } = record
  const likely = fields[likelyAt]
  if (likely?.name === name) return likely
  if (fields.length < fewFields) return fields.find((field) => field.name === name)
  let index = fieldIndexes.get(record)
  if (index === undefined) {
    index = new Map(fields.map((field) => [field.name, field]))
    fieldIndexes.set(record, index)
  }
  return index.get(name)
}

/** Namespaces play no part: unqualified names, or an alias of the reader that is the writer's full name. */
export function isNameMatch(reader: NamedNode, writer: NamedNode): boolean {
  return reader.name === writer.name || reader.aliases.includes(writer.fullName)
}

function compareNames(reader: NamedNode, writer: NamedNode, path: Path | undefined): Found {
  if (isNameMatch(reader, writer)) return none
  return {
    type: 'NAME_MISMATCH',
    path: { outer: path, step: 'name' },
    message: `expected: ${writer.fullName}`,
  }
}

function compareSizes(reader: FixedNode, writer: FixedNode, path: Path | undefined): Found {
  if (reader.size === writer.size) return none
  const message = `expected: ${writer.size}, found: ${reader.size}`
  return { type: 'FIXED_SIZE_MISMATCH', path: { outer: path, step: 'size' }, message }
}

function compareSymbols(reader: EnumNode, writer: EnumNode, path: Path | undefined): Found {
  if (reader.default !== undefined) return none
  const missing = missingSymbols(reader, writer)
  if (missing.length === 0) return none
  const message = `[${missing.toSorted().join(', ')}]`
  return { type: 'MISSING_ENUM_SYMBOLS', path: { outer: path, step: 'symbols' }, message }
}

/** The writer's symbols that the reader does not have. */
function missingSymbols(reader: EnumNode, writer: EnumNode): readonly string[] {
  const known = new Set(reader.symbols)
  return writer.symbols.filter((symbol) => !known.has(symbol))
}

function missingBranch(writer: SchemaNode, path: Path | undefined): Finding {
  const message = `reader union lacking writer type: ${typeWord(writer)}`
  return { type: 'MISSING_UNION_BRANCH', path, message }
}

function typeMismatch(reader: SchemaNode, writer: SchemaNode, path: Path | undefined): Finding {
  const message = `reader type: ${typeWord(reader)} not compatible with writer type: ${typeWord(writer)}`
  return { type: 'TYPE_MISMATCH', path, message }
}

/** Outermost first. */
function steps(path: Path | undefined): readonly string[] {
  const found: string[] = []
  for (let at = path; at !== undefined; at = at.outer) {
    found.push(typeof at.step === 'number' ? `fields/${at.step}/type` : at.step)
  }
  return found.reverse()
}

function typeWord(schema: SchemaNode): string {
  return schema.type.toUpperCase()
}
