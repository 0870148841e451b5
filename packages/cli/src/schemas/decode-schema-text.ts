import { SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'

/** A registry keeps a schema in one Kafka record, and a broker's `message.max.bytes` allows about this much. */
const maxSchemaBytes = 1_000_000

/** Making one costs more than decoding a schema. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Looks at the size of a schema file before anybody reads it.
 *
 * @throws SchemasProblemError when a registry would not keep so much.
 */
export function assertSchemaSize(file: string, size: number): void {
  if (size <= maxSchemaBytes) return
  throw new SchemasProblemError({
    code: 'schema-too-large',
    file,
    line: 1,
    column: 1,
    message: `the schema has ${size} bytes; a registry keeps at most ${maxSchemaBytes}`,
    fix: 'split it: put shared types into files of their own and refer to them by name',
  })
}

/**
 * The text of a schema file.
 *
 * @throws SchemasProblemError when the bytes are too many, start with a byte order mark or are not UTF-8.
 */
export function decodeSchemaText(file: string, bytes: Uint8Array): string {
  const fail = (code: SchemasProblem['code'], message: string, fix: string): never => {
    throw new SchemasProblemError({ code, file, line: 1, column: 1, message, fix })
  }
  assertSchemaSize(file, bytes.length)
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return fail(
      'schema-bom',
      'the file starts with a byte order mark, which JSON does not allow',
      'save it as UTF-8 without BOM',
    )
  }
  try {
    return decoder.decode(bytes)
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown
    return fail('schema-not-utf8', 'the file is not UTF-8', 'save it as UTF-8')
  }
}
