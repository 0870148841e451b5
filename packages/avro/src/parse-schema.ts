import { AvroSchemaError } from './avro-schema-error.ts'
import { findUncopyableDefault, type ReadText, type UncopyableDefault } from './find-uncopyable-default.ts'
import { parseJson } from './json-node.ts'
import type { NamedNode, ParsedSchema } from './schema-node.ts'
import { SchemaReader } from './schema-reader.ts'
import { SourceText } from './source-text.ts'

/** What a schema text may lean on. */
export interface ParseSchemaOptions {
  /**
   * Schemas whose named types the text uses without defining them, in an order in which each can be read with those
   * before it: a registry's references, resolved. Default: none.
   */
  readonly references?: readonly ParsedSchema[] | undefined
}

/** A schema with what those that refer to it need of it. */
interface ReadSchema extends ParsedSchema {
  /** Those of the references, each once, then its own. */
  readonly texts: readonly ReadText[]
}

/**
 * Reads an Avro schema from its JSON text, as strict as Avro Java 1.12 with a strict name validator, which is what
 * registries hold new schemas to: names resolved, defaults checked. A name may stand before its definition, and a type
 * may be defined again in the same way.
 *
 * @throws AvroSchemaError with code `SCHEMA_INVALID`, line, column and pointer.
 */
export function parseSchema(text: string, options: ParseSchemaOptions = {}): ParsedSchema {
  const source = new SourceText(text)
  const { types, referenced, referencedRoots, texts: before } = gather(options.references ?? [])
  const own = new SchemaReader(source, types).read(parseJson(source))
  const texts = [...before, own]
  const uncopyable = findUncopyableDefault(texts)
  if (uncopyable !== undefined) throw toError(uncopyable, referenced)
  const schema: ReadSchema = { text, root: own.root, types, referenced, referencedRoots, texts }
  return schema
}

/** Shared, since most schemas refer to none and thousands are held at once. */
const noNames: ReadonlySet<string> = new Set()

/** What references bring. */
interface Gathered extends Pick<ReadSchema, 'referenced' | 'referencedRoots'> {
  readonly types: Map<string, NamedNode>
  readonly texts: Iterable<ReadText>
}

function gather(references: readonly ParsedSchema[]): Gathered {
  const types = new Map<string, NamedNode>()
  if (references.length === 0) return { types, referenced: noNames, referencedRoots: noNames, texts: [] }
  const referencedRoots = new Set<string>()
  const texts = new Set<ReadText>()
  for (const reference of references) {
    for (const [fullName, type] of reference.types) types.set(fullName, type)
    for (const fullName of reference.referencedRoots) referencedRoots.add(fullName)
    if ('fullName' in reference.root) referencedRoots.add(reference.root.fullName)
    for (const text of isRead(reference) ? reference.texts : []) texts.add(text)
  }
  return { types, referenced: new Set(types.keys()), referencedRoots, texts }
}

function isRead(schema: ParsedSchema): schema is ReadSchema {
  return 'texts' in schema
}

function toError({ record, field }: UncopyableDefault, referenced: ReadonlySet<string>): AvroSchemaError {
  const { fullName } = record
  const reason = `the default of ${fullName}.${field.name} needs a record that contains ${fullName}, which Avro Java takes in some places and not here: leave it out, or make it the null of a union`
  // A place in another text says nothing here.
  const isHere = !referenced.has(fullName)
  return isHere
    ? new AvroSchemaError(reason, field, field.pointer)
    : new AvroSchemaError(reason, { line: 1, column: 1 }, '')
}
