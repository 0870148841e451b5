import { HeadwaterError } from '@headwater/base'
import type { SourcePosition } from './source-text.ts'

/** The codes of {@link AvroSchemaError}: `SCHEMA_INVALID` is text that no Avro parser takes. */
export type AvroSchemaErrorCode = 'SCHEMA_INVALID'

/** A schema text that is not JSON or not Avro, with the place to look at. */
export class AvroSchemaError extends HeadwaterError<AvroSchemaErrorCode> {
  /** What is wrong, without the place. */
  readonly reason: string
  /** Line of the fault in the text, from 1. */
  readonly line: number
  /** Column of the fault in its line, from 1, in UTF-16 units as editors count. */
  readonly column: number
  /** JSON pointer (RFC 6901) of the value at fault; empty for the whole text. */
  readonly pointer: string

  constructor(reason: string, position: SourcePosition, pointer: string) {
    const at = pointer === '' ? '' : ` (at ${pointer})`
    super('SCHEMA_INVALID', `${reason}, line ${position.line} column ${position.column}${at}`)
    this.reason = reason
    this.line = position.line
    this.column = position.column
    this.pointer = pointer
  }
}
