import type { CompatibilityMode } from '@headwater/avro'

/** A schema as a caller has it: JSON text, or the value that it stands for. */
export type SchemaText = string | object

/** A pointer to a version of another subject, whose types a schema uses. */
export interface SchemaReference {
  /** The full name of the type. */
  readonly name: string
  readonly subject: string
  /** From 1; -1 is the latest. */
  readonly version: number
}

/** An Avro schema with what it leans on. */
export interface SchemaInput {
  readonly schema: SchemaText
  /** Default: none. */
  readonly references?: readonly SchemaReference[] | undefined
}

/** A schema as the registry has it, with the schemas that it refers to. */
export interface RegisteredSchema {
  readonly id: number
  readonly schemaType: string
  /** The registry's text. */
  readonly schema: string
  readonly references: readonly SchemaReference[]
  /** Texts of all referenced schemas, each after those that it needs itself. */
  readonly dependencies: readonly string[]
}

/** A version of a subject. */
export interface SchemaVersion extends RegisteredSchema {
  readonly subject: string
  readonly version: number
}

/** Where a schema stands. */
export interface RegisteredVersion {
  readonly id: number
  readonly version: number
}

/** A compatibility level, with where it was set. */
export interface LevelInForce {
  readonly level: CompatibilityMode
  /** `global`: the subject has none of its own. */
  readonly scope: 'subject' | 'global'
}

/** What a registry says of a schema that it is not to register. */
export interface CompatibilityVerdict {
  readonly compatible: boolean
  /** Why not, in the registry's words; some registries give no reasons. */
  readonly messages: readonly string[]
}

/** The body of the calls that send a schema. */
export function toBody(input: SchemaInput): Record<string, unknown> {
  const { schema, references = [] } = input
  return {
    schema: typeof schema === 'string' ? schema : JSON.stringify(schema),
    ...(references.length === 0 ? {} : { references }),
  }
}
