import { AvroSchemaError, canonicalText, parseSchema, type ParsedSchema } from '@headwater/avro'
import { failures } from './registry-failure.ts'

/** A named pointer from one schema to a version of another subject. */
export interface SchemaReference {
  readonly name: string
  readonly subject: string
  /** -1 is the latest. */
  readonly version: number
}

/** A schema as a client sends it, checked and in its normal form. */
export interface RegistrySchema {
  readonly schemaType: string
  /** The normal form that is stored and given out; the text itself for types other than Avro. */
  readonly text: string
  readonly references: readonly SchemaReference[]
  readonly metadata: unknown
  readonly ruleSet: unknown
  /** `undefined` for types other than Avro, which are stored but not understood. */
  readonly parsed: ParsedSchema | undefined
  /** Two schemas are the same when their keys are. */
  readonly key: string
}

/** Gives the schema behind a reference, or `undefined` where there is none. */
export type ResolveReference = (reference: SchemaReference) => RegistrySchema | undefined

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
  const references = toReferences(body['references'])
  const metadata = body['metadata'] ?? undefined
  const ruleSet = body['ruleSet'] ?? undefined
  const parsed = schemaType === 'AVRO' ? parseAvro(text, references, resolve) : undefined
  const stored = parsed === undefined ? text : canonicalText(parsed)
  const key = JSON.stringify([schemaType, stored, references, metadata ?? null, ruleSet ?? null])
  return { schemaType, text: stored, references, metadata, ruleSet, parsed, key }
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
    const found = resolve(reference)?.parsed
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
