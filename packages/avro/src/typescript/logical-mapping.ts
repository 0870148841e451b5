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
  const numberOf = (name: string): number | undefined => {
    const property = node.properties.get(name)
    return property?.kind === 'number' ? Number(property.raw) : undefined
  }
  const facts = {
    type: node.type,
    size: node.type === 'fixed' ? node.size : undefined,
    precision: numberOf('precision'),
    scale: numberOf('scale'),
  }
  return canAnnotate(annotation.value, facts) ? mappings[annotation.value] : undefined
}

/** What of a schema decides whether a logical type may annotate it. */
export interface AnnotatedType {
  readonly type: string
  /** Of a fixed, in bytes. */
  readonly size?: unknown
  /** Of a decimal, with its scale. */
  readonly precision?: unknown
  readonly scale?: unknown
}

/**
 * Whether a logical type may annotate a schema; where it may not, or where its attributes make no sense, the
 * specification wants it ignored. A name of one's own always may.
 */
export function canAnnotate(logicalType: string, schema: AnnotatedType): boolean {
  if (!Object.hasOwn(allowed, logicalType)) return true
  const { type, size, precision, scale = 0 } = schema
  const kinds: readonly string[] = allowed[logicalType]!
  if (!kinds.includes(type)) return false
  if (logicalType === 'uuid') return type === 'string' || size === 16
  if (logicalType !== 'decimal') return true
  return isCount(precision, 1) && isCount(scale, 0) && scale <= precision
}

function isCount(value: unknown, least: number): value is number {
  return Number.isInteger(value) && (value as number) >= least
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
