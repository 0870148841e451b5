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

/** The path from the root of the reader's schema, one token a step. */
type Path = readonly string[]

const none: readonly Incompatibility[] = []

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
  readonly #results = new Map<SchemaNode, Map<SchemaNode, readonly Incompatibility[]>>()

  check(reader: SchemaNode, writer: SchemaNode): readonly Incompatibility[] {
    return this.#compare(reader, writer, [])
  }

  #compare(reader: SchemaNode, writer: SchemaNode, path: Path): readonly Incompatibility[] {
    let byWriter = this.#results.get(reader)
    if (byWriter === undefined) this.#results.set(reader, (byWriter = new Map()))
    const known = byWriter.get(writer)
    if (known !== undefined) return known
    byWriter.set(writer, none)
    const result = this.#calculate(reader, writer, path)
    byWriter.set(writer, result)
    return result
  }

  #calculate(reader: SchemaNode, writer: SchemaNode, path: Path): readonly Incompatibility[] {
    if (reader.type === 'union' && writer.type === 'union')
      return this.#everyBranch(reader, writer.branches, path)
    if (reader.type === 'array' && writer.type === 'array') {
      return this.#compare(reader.items, writer.items, [...path, 'items'])
    }
    if (reader.type === 'map' && writer.type === 'map') {
      return this.#compare(reader.values, writer.values, [...path, 'values'])
    }
    if (reader.type === 'fixed' && writer.type === 'fixed') {
      return [...compareNames(reader, writer, path), ...compareSizes(reader, writer, path)]
    }
    if (reader.type === 'enum' && writer.type === 'enum') {
      return [...compareNames(reader, writer, path), ...compareSymbols(reader, writer, path)]
    }
    if (reader.type === 'record' && writer.type === 'record') {
      return [...compareNames(reader, writer, path), ...this.#compareFields(reader, writer, path)]
    }
    if (reader.type === writer.type) return none
    if (writer.type === 'union') {
      return writer.branches.flatMap((branch, index) =>
        this.#compare(reader, branch, [...path, String(index)]),
      )
    }
    if (reader.type === 'union') return this.#anyBranch(reader.branches, writer, path)
    return isPromoted(reader, writer) ? none : [typeMismatch(reader, writer, path)]
  }

  /** Union against union. The cause inside a branch is thrown away, and its location starts anew, as in Avro Java. */
  #everyBranch(reader: SchemaNode, branches: readonly SchemaNode[], path: Path): readonly Incompatibility[] {
    return branches.flatMap((branch, index) =>
      this.#compare(reader, branch, []).length === 0
        ? none
        : [missingBranch(branch, [...path, String(index)])],
    )
  }

  /** A union reads a plain type when one of its branches does. */
  #anyBranch(branches: readonly SchemaNode[], writer: SchemaNode, path: Path): readonly Incompatibility[] {
    const readable = branches.some((branch) => this.#compare(branch, writer, []).length === 0)
    return readable ? none : [missingBranch(writer, path)]
  }

  #compareFields(reader: RecordNode, writer: RecordNode, path: Path): readonly Incompatibility[] {
    return reader.fields.flatMap((field, index) => {
      const at = [...path, 'fields', String(index)]
      const written = findWriterField(field, writer)
      if (written !== undefined) return this.#compare(field.type, written.type, [...at, 'type'])
      if (field.default !== undefined) return none
      // An enum with a default symbol is compared with the whole record, which fails in other words. So does Java.
      if (field.type.type === 'enum' && field.type.default !== undefined) {
        return this.#compare(field.type, writer, [...at, 'type'])
      }
      return [incompatibility('READER_FIELD_MISSING_DEFAULT_VALUE', at, field.name)]
    })
  }
}

/** Whether a reader of one primitive type takes another. */
export function isPromoted(reader: SchemaNode, writer: SchemaNode): boolean {
  return promotions[reader.type as PrimitiveType]?.includes(writer.type) === true
}

/**
 * The writer's field of a reader's field, by its name or one of its aliases.
 *
 * @throws AmbiguousAliasError when there are two.
 */
export function findWriterField(reader: FieldNode, writer: RecordNode): FieldNode | undefined {
  const names = [reader.name, ...reader.aliases]
  const found = names.flatMap((name) => writer.fields.find((field) => field.name === name) ?? [])
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

/** Namespaces play no part: unqualified names, or an alias of the reader that is the writer's full name. */
export function isNameMatch(reader: NamedNode, writer: NamedNode): boolean {
  return reader.name === writer.name || reader.aliases.includes(writer.fullName)
}

function compareNames(reader: NamedNode, writer: NamedNode, path: Path): readonly Incompatibility[] {
  if (isNameMatch(reader, writer)) return none
  return [incompatibility('NAME_MISMATCH', [...path, 'name'], `expected: ${writer.fullName}`)]
}

function compareSizes(reader: FixedNode, writer: FixedNode, path: Path): readonly Incompatibility[] {
  if (reader.size === writer.size) return none
  const message = `expected: ${writer.size}, found: ${reader.size}`
  return [incompatibility('FIXED_SIZE_MISMATCH', [...path, 'size'], message)]
}

function compareSymbols(reader: EnumNode, writer: EnumNode, path: Path): readonly Incompatibility[] {
  const missing = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol))
  if (missing.length === 0 || reader.default !== undefined) return none
  const message = `[${missing.toSorted().join(', ')}]`
  return [incompatibility('MISSING_ENUM_SYMBOLS', [...path, 'symbols'], message)]
}

function missingBranch(writer: SchemaNode, path: Path): Incompatibility {
  return incompatibility(
    'MISSING_UNION_BRANCH',
    path,
    `reader union lacking writer type: ${typeWord(writer)}`,
  )
}

function typeMismatch(reader: SchemaNode, writer: SchemaNode, path: Path): Incompatibility {
  const message = `reader type: ${typeWord(reader)} not compatible with writer type: ${typeWord(writer)}`
  return incompatibility('TYPE_MISMATCH', path, message)
}

function incompatibility(type: IncompatibilityType, path: Path, message: string): Incompatibility {
  return { type, location: `/${path.join('/')}`, message }
}

function typeWord(schema: SchemaNode): string {
  return schema.type.toUpperCase()
}
