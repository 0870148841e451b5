import { HeadwaterError } from '@headwater/base'
import type { AvroSchemaError } from '../avro-schema-error.ts'

/**
 * The codes of {@link TypesError}: `SCHEMA_SET_INVALID` lists what is wrong with the schemas, `TYPES_OPTION_INVALID` is
 * an option that cannot be followed.
 */
export type TypesErrorCode = 'SCHEMA_SET_INVALID' | 'TYPES_OPTION_INVALID'

/** What is wrong with one schema of a set. */
export interface SchemaSetProblem {
  /** The `name` of the source. */
  readonly source: string
  /** What is wrong, with line, column and pointer. */
  readonly error: AvroSchemaError
}

/** No module could be generated: all that is wrong, not the first thing alone. */
export class TypesError extends HeadwaterError<TypesErrorCode> {
  /** Sorted by source; empty for `TYPES_OPTION_INVALID`. */
  readonly problems: readonly SchemaSetProblem[]

  constructor(code: TypesErrorCode, message: string, problems: readonly SchemaSetProblem[] = []) {
    super(code, message)
    this.problems = problems
  }
}
