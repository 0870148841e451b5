import type { SchemaNode } from '../schema-node.ts'
import { TypesError } from './types-error.ts'

/** The TypeScript type of the values that an avsc logical type class gives and takes. */
export interface LogicalTypeMapping {
  /** Such as `Date`, or the name of an exported type when `from` is given. */
  readonly type: string
  /** The module that exports the type, as the generated module imports it. Default: the type is global. */
  readonly from?: string | undefined
}

type Kind = SchemaNode['type']

/**
 * What the Avro specification lets each logical type annotate. Anything else is to be ignored, and a name that is not
 * here may annotate everything.
 */
const allowed: Readonly<Record<string, readonly Kind[]>> = {
  decimal: ['bytes', 'fixed'],
  'big-decimal': ['bytes'],
  uuid: ['string', 'fixed'],
  date: ['int'],
  'time-millis': ['int'],
  'time-micros': ['long'],
  'timestamp-millis': ['long'],
  'timestamp-micros': ['long'],
  'timestamp-nanos': ['long'],
  'local-timestamp-millis': ['long'],
  'local-timestamp-micros': ['long'],
  'local-timestamp-nanos': ['long'],
  duration: ['fixed'],
}

/** Mappings by the name of the logical type. */
export type LogicalTypeMappings = Readonly<Record<string, LogicalTypeMapping>>

/** The mapping of a type, if it is annotated with a logical type that has one. */
export function findMapping(node: SchemaNode, mappings: LogicalTypeMappings): LogicalTypeMapping | undefined {
  const annotation = node.properties.get('logicalType')
  if (annotation?.kind !== 'string' || !Object.hasOwn(mappings, annotation.value)) return undefined
  return canAnnotate(annotation.value, node.type) ? mappings[annotation.value] : undefined
}

/** Whether a logical type may annotate a type; where it may not, it is to be ignored. A name of one's own always may. */
export function canAnnotate(logicalType: string, type: string): boolean {
  const kinds: readonly string[] | undefined = Object.hasOwn(allowed, logicalType)
    ? allowed[logicalType]
    : undefined
  return kinds === undefined || kinds.includes(type)
}

/** The names that mappings import, each with its module. */
export function importedTypes(mappings: LogicalTypeMappings): ReadonlyMap<string, string> {
  const imports = new Map<string, string>()
  for (const [logicalType, { type, from }] of Object.entries(mappings)) {
    if (from === undefined) continue
    if (!/^[A-Za-z_$][\w$]*$/.test(type)) {
      refuse(`the type "${type}" of ${logicalType} comes from ${from}, so it must be the name of an export`)
    }
    if ((imports.get(type) ?? from) !== from) {
      refuse(`${type} comes from ${imports.get(type)} and from ${from}: give one of them another name`)
    }
    imports.set(type, from)
  }
  return imports
}

function refuse(why: string): never {
  throw new TypesError('TYPES_OPTION_INVALID', `logicalTypes: ${why}`)
}
