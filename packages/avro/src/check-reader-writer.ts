import { parseSchema } from './parse-schema.ts'
import { AmbiguousAliasError, ReaderWriterChecker } from './reader-writer-checker.ts'
import type { Incompatibility } from './incompatibility.ts'
import type { ParsedSchema } from './schema-node.ts'

/** Whether a reader's schema can read what a writer's schema wrote. */
export interface ReaderWriterResult {
  readonly compatible: boolean
  /**
   * In the order in which Avro Java finds them, which tells one as often as there are ways to it; at most a million,
   * where Avro Java goes on until it is out of memory.
   */
  readonly incompatibilities: readonly Incompatibility[]
  /**
   * The message of the exception with which Avro Java gives up on this pair: a reader field that matches two fields
   * of the writer. A registry answers "incompatible" then, and so does {@link ReaderWriterResult.compatible}.
   */
  readonly exception?: string
}

/**
 * The answer of `SchemaCompatibility.checkReaderWriterCompatibility` of Avro Java 1.12, rule by rule, quirks included:
 * what a schema registry will say, not what would be wise. Logical types, namespaces, docs and field order play no
 * part in it.
 *
 * @throws AvroSchemaError when one of the texts is not a schema.
 */
export function checkReaderWriter(
  reader: string | ParsedSchema,
  writer: string | ParsedSchema,
): ReaderWriterResult {
  const readerSchema = typeof reader === 'string' ? parseSchema(reader) : reader
  const writerSchema = typeof writer === 'string' ? parseSchema(writer) : writer
  try {
    const incompatibilities = new ReaderWriterChecker().check(readerSchema.root, writerSchema.root)
    return { compatible: incompatibilities.length === 0, incompatibilities }
  } catch (error) {
    if (error instanceof AmbiguousAliasError) {
      return { compatible: false, incompatibilities: [], exception: error.message }
    }
    throw error
  }
}
