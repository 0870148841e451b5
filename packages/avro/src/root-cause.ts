import type { IncompatibilityType } from './incompatibility.ts'
import type { FieldNode, RecordNode, SchemaNode, UnionNode } from './schema-node.ts'

/** The innermost reason why a reader cannot read a writer's data. */
export interface RootCause {
  /** `AMBIGUOUS_ALIAS` is what makes Avro Java throw. */
  readonly type: IncompatibilityType | 'AMBIGUOUS_ALIAS'
  /**
   * The way there in the reader's names, `[]` for the items of an array and `{}` for the values of a map; for
   * `AMBIGUOUS_ALIAS` the name of the field alone.
   */
  readonly path: readonly string[]
  /** What cannot read: its line, column and pointer are those of its definition, in its own text. */
  readonly reader: SchemaNode | FieldNode
  /** What cannot be read; the record without the field where a field is missing. */
  readonly writer: SchemaNode
  /** The writer's symbols that the reader lacks, for `MISSING_ENUM_SYMBOLS`. */
  readonly symbols?: readonly string[]
  /** The fields that the two stand in, the innermost ones on the way: a named type may be defined elsewhere. */
  readonly fields?: FieldPair | undefined
  /** The record that lacks its like on the other side, for `READER_FIELD_MISSING_DEFAULT_VALUE`. */
  readonly readerRecord?: RecordNode
  /** The outermost union of the reader on the way, which is all that Avro Java reports. */
  readonly within?: UnionOnTheWay
  /** The writer's union of which {@link RootCause.writer} is a branch that the reader, no union, cannot read. */
  readonly writerUnion?: UnionNode
  /**
   * For `MISSING_UNION_BRANCH`: what is wrong with the branch that is most like the writer's type, where there is one
   * of the same kind that has another name and more that does not fit.
   */
  readonly causes?: readonly RootCause[]
}

/** A reader's field and the writer's that it reads. */
export interface FieldPair {
  readonly reader: FieldNode
  readonly writer: FieldNode
}

/** A union of the reader that cannot read what the writer has in its place. */
export interface UnionOnTheWay {
  readonly reader: UnionNode
  /** The writer's type, or the branch of its union. */
  readonly writer: SchemaNode
  /** How many steps of the path lead to it. */
  readonly depth: number
}
