import { AvroSchemaError } from '../src/index.ts'

/** The error with which a schema is refused. */
export function schemaErrorOf(parse: () => unknown): AvroSchemaError {
  try {
    parse()
  } catch (error) {
    if (error instanceof AvroSchemaError) return error
    throw error
  }
  throw new Error('taken')
}
