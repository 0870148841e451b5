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

/**
 * Reads an Avro schema from its JSON text, as strict as Avro Java 1.12 with a strict name validator, which is what
 * registries hold new schemas to: names resolved, defaults checked. A name may stand before its definition, and a type
 * may be defined again in the same way.
 *
 * @throws AvroSchemaError with code `SCHEMA_INVALID`, line, column and pointer.
 */
export function parseSchema(text: string, options: ParseSchemaOptions = {}): ParsedSchema {
  const source = new SourceText(text)
  const types = new Map<string, NamedNode>()
  const referencedRoots = new Set<string>()
  for (const reference of options.references ?? []) {
    for (const [fullName, type] of reference.types) types.set(fullName, type)
    for (const fullName of reference.referencedRoots) referencedRoots.add(fullName)
    if ('fullName' in reference.root) referencedRoots.add(reference.root.fullName)
  }
  const referenced = new Set(types.keys())
  const root = new SchemaReader(source, types).readRoot(parseJson(source))
  return { text, root, types, referenced, referencedRoots }
}
