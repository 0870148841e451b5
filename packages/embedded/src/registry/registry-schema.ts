import { AvroSchemaError, canonicalText, parseSchema, type ParsedSchema } from '@headwater/avro'
import { failures } from './registry-failure.ts'
import { schemaGuid } from './schema-guid.ts'

/** A named pointer from one schema to a version of another subject. */
export interface SchemaReference {
  readonly name: string
  readonly subject: string
  /** -1 is the latest; the version that is the latest then is what is kept. */
  readonly version: number
}

/** A schema as a client sends it, checked and in its normal form. */
export interface RegistrySchema {
  readonly schemaType: string
  /** The normal form that is stored and given out: JSON Schema without white space, Protobuf as it was sent. */
  readonly text: string
  readonly references: readonly SchemaReference[]
  readonly metadata: unknown
  readonly ruleSet: unknown
  /** `undefined` for types other than Avro, which are stored but not understood. */
  readonly parsed: ParsedSchema | undefined
  /** Two schemas are the same when their keys are. */
  readonly key: string
  /** The same in every registry. */
  readonly guid: string
}

/** Gives the version behind a reference, or `undefined` where there is none. */
export type ResolveReference = (
  reference: SchemaReference,
) => { readonly version: number; readonly schema: RegistrySchema } | undefined

/** Reads the schema of a request body. Throws the registry's 42201 where the schema is not one. */
export function toRegistrySchema(
  body: Readonly<Record<string, unknown>>,
  resolve: ResolveReference,
): RegistrySchema {
  const schemaType = typeof body['schemaType'] === 'string' ? body['schemaType'] : 'AVRO'
  if (!['AVRO', 'JSON', 'PROTOBUF'].includes(schemaType)) {
    throw failures.invalidSchema(`Invalid schema type ${schemaType}`)
  }
  const text = body['schema']
  if (typeof text !== 'string' || text.trim() === '') throw failures.invalidSchema('Empty schema')
  // What is the latest now stays meant: a later version must not change what this schema says.
  const references = toReferences(body['references']).map((reference) =>
    reference.version === -1
      ? { ...reference, version: resolve(reference)?.version ?? reference.version }
      : reference,
  )
  const metadata = body['metadata'] ?? undefined
  const ruleSet = body['ruleSet'] ?? undefined
  const parsed = schemaType === 'AVRO' ? parseAvro(text, references, resolve) : undefined
  const stored = parsed === undefined ? toPlainText(schemaType, text) : canonicalText(parsed)
  const key = JSON.stringify([schemaType, stored, references, metadata ?? null, ruleSet ?? null])
  return { schemaType, text: stored, references, metadata, ruleSet, parsed, key, guid: schemaGuid(key) }
}

/** Types that are stored without being understood, but for what a JSON schema is: an object or a boolean. */
function toPlainText(schemaType: string, text: string): string {
  if (schemaType === 'PROTOBUF') return text
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw failures.invalidSchema(
      `Invalid schema of type ${schemaType}, details: ${(error as SyntaxError).message}`,
    )
  }
  if (typeof value !== 'boolean' && (typeof value !== 'object' || value === null || Array.isArray(value))) {
    throw failures.invalidSchema(`Invalid schema of type ${schemaType}, details: not an object or a boolean`)
  }
  // Not written anew from the value: that would reorder members named by numbers and round long numbers.
  return text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')
}

function toReferences(value: unknown): SchemaReference[] {
  if (!Array.isArray(value)) return []
  return value.map((item: unknown) => {
    const { name, subject, version } = (item ?? {}) as Partial<SchemaReference>
    if (typeof name !== 'string' || typeof subject !== 'string' || typeof version !== 'number') {
      throw failures.invalidSchema('A reference needs a name, a subject and a version')
    }
    return { name, subject, version }
  })
}

function parseAvro(
  text: string,
  references: readonly SchemaReference[],
  resolve: ResolveReference,
): ParsedSchema {
  const known = references.map((reference) => {
    const found = resolve(reference)?.schema.parsed
    if (found !== undefined) return found
    const { subject, version } = reference
    throw failures.invalidSchema(
      `Invalid schema ${text} with refs ${JSON.stringify(references)} of type AVRO, details: No schema reference found for subject "${subject}" and version ${version}`,
    )
  })
  try {
    return parseSchema(text, { references: known })
  } catch (error) {
    if (!(error instanceof AvroSchemaError)) throw error
    throw failures.invalidSchema(
      `Invalid schema ${text} with refs ${JSON.stringify(references)} of type AVRO, details: ${error.message}`,
    )
  }
}
