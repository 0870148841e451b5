/** What a reader may have against a writer: Avro Java's `SchemaIncompatibilityType`. */
export type IncompatibilityType =
  | 'NAME_MISMATCH'
  | 'FIXED_SIZE_MISMATCH'
  | 'MISSING_ENUM_SYMBOLS'
  | 'READER_FIELD_MISSING_DEFAULT_VALUE'
  | 'TYPE_MISMATCH'
  | 'MISSING_UNION_BRANCH'

/** One reason why a reader cannot read a writer's data, in the words of Avro Java. */
export interface Incompatibility {
  readonly type: IncompatibilityType
  /** JSON pointer into the reader's schema; indexes of a writer's union branches are mixed in, as in Avro Java. */
  readonly location: string
  readonly message: string
}
