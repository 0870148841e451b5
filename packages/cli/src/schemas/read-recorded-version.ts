import { AvroSchemaError, parseSchema, type ParsedSchema } from '@headwater/avro'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeSchemaText } from './decode-schema-text.ts'
import { SchemasProblemError } from './schemas-problem.ts'

/** The text of one version of a committed history. @throws SchemasProblemError when it is none. */
export function readRecordedText(root: string, file: string): string {
  return decodeSchemaText(file, readFileSync(join(root, file)))
}

/**
 * One version of a committed history.
 *
 * @throws SchemasProblemError when it is no schema.
 */
export function readRecordedVersion(root: string, file: string): ParsedSchema {
  const text = readRecordedText(root, file)
  try {
    return parseSchema(text)
  } catch (thrown) {
    if (!(thrown instanceof AvroSchemaError)) throw thrown
    const { line, column, reason: message } = thrown
    const fix = 'restore the history from git: a recorded version is always a schema'
    throw new SchemasProblemError({ code: 'history-damaged', file, line, column, message, fix })
  }
}
