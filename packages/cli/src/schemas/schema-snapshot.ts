import type { ParsedSchema } from '@headwater/avro'

/** The bytes of one schema file in one state of the project. */
export interface SchemaSource {
  /** Relative to the working directory, with `/`. */
  readonly file: string
  readonly bytes: Uint8Array
}

/** A schema file that was understood together with what it refers to. */
export interface LoadedSchema {
  readonly file: string
  /** Full name of the outermost type; `undefined` where that has no name. */
  readonly fullName: string | undefined
  /** Topics that the schema itself names, see `topicsInSchema`. */
  readonly topics: readonly string[] | 'invalid'
  /** Parsed when asked for; ask once, and keep it no longer than it is needed. */
  readonly parsed: ParsedSchema
  /** Files that define the names it uses, sorted. */
  readonly references: readonly string[]
  /** Digest of the text and of all that it refers to, directly or not. */
  readonly closure: string
}

/** All schema files of one state of the project: the working tree, or a commit. */
export interface SchemaSnapshot {
  /** By file. */
  readonly schemas: ReadonlyMap<string, LoadedSchema>
  /** Every file that was there, also those that could not be understood. */
  readonly files: ReadonlySet<string>
  /** Which file defines a full name. */
  fileOf(fullName: string): string | undefined
}
