import type {
  CompatibilityMode,
  EvolutionFailure,
  Incompatibility,
  IncompatibilityType,
} from '@headwater/avro'
import type { StoredVersion } from './registry-store.ts'

/** What a Confluent registry writes for each kind (its `Difference.java`); `reader` and `writer` are "new" or "old". */
const descriptions: Readonly<
  Record<IncompatibilityType, (found: Incompatibility, reader: string, writer: string) => string>
> = {
  NAME_MISMATCH: ({ location }) => `The name of the schema has changed (path '${location}')`,
  FIXED_SIZE_MISMATCH: ({ location }, reader, writer) =>
    `The size of FIXED type field at path '${location}' in the ${reader} schema does not match with the ${writer} schema`,
  MISSING_ENUM_SYMBOLS: ({ location, message }, reader, writer) =>
    `The ${reader} schema is missing enum symbols '${message}' at path '${location}' in the ${writer} schema`,
  READER_FIELD_MISSING_DEFAULT_VALUE: ({ location, message }, reader, writer) =>
    `The field '${message}' at path '${location}' in the ${reader} schema has no default value and is missing in the ${writer} schema`,
  TYPE_MISMATCH: ({ location }, reader, writer) =>
    `The type (path '${location}') of a field in the ${reader} schema does not match with the ${writer} schema`,
  MISSING_UNION_BRANCH: ({ location }, reader, writer) =>
    `The ${reader} schema is missing a type inside a union field at path '${location}' in the ${writer} schema`,
}

/** The list that stands in a 409 and in a verbose compatibility answer. */
export function compatibilityDetails(
  failure: EvolutionFailure,
  previous: StoredVersion,
  level: CompatibilityMode,
): string[] {
  const [reader, writer] = failure.direction === 'backward' ? ['new', 'old'] : ['old', 'new']
  const found = failure.incompatibilities.map((one) => {
    const description = descriptions[one.type](one, reader!, writer!)
    return `{errorType:'${one.type}', description:'${description}', additionalInfo:'${one.message}'}`
  })
  if (failure.exception !== undefined) {
    found.push(`Unexpected exception during compatibility check: ${failure.exception}`)
  }
  return [
    ...found,
    `{oldSchemaVersion: ${previous.version}}`,
    `{oldSchema: '${previous.schema.text}'}`,
    `{validateFields: 'false', compatibility: '${level}'}`,
  ]
}
