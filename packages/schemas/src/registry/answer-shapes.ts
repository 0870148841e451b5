import { compatibilityModes, type CompatibilityMode } from '@headwater/avro'
import { RegistryError } from './registry-error.ts'
import type { SchemaReference } from './schema-input.ts'

/** An id that the wire format can carry. */
export function readId(answer: unknown, what: string): number {
  const id = readMember(answer, 'id')
  if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < 2 ** 31) return id
  throw badAnswer(what, 'no usable id')
}

/** A schema's text, type and references. */
export function readSchema(
  answer: unknown,
  what: string,
): { schema: string; schemaType: string; references: readonly SchemaReference[] } {
  const schema = readMember(answer, 'schema')
  if (typeof schema !== 'string') throw badAnswer(what, 'no schema')
  const schemaType = readMember(answer, 'schemaType') ?? 'AVRO'
  if (typeof schemaType !== 'string') throw badAnswer(what, 'no usable schemaType')
  const references = readMember(answer, 'references') ?? []
  if (!Array.isArray(references)) throw badAnswer(what, 'no usable references')
  for (const reference of references as unknown[]) {
    const { name, subject, version } = (reference ?? {}) as Partial<SchemaReference>
    const usable = typeof name === 'string' && typeof subject === 'string' && typeof version === 'number'
    if (!usable) throw badAnswer(what, 'no usable references')
  }
  return { schema, schemaType, references: references as SchemaReference[] }
}

/** A version number, from 1. */
export function readVersion(answer: unknown, what: string): number {
  const version = readMember(answer, 'version')
  if (typeof version === 'number' && Number.isInteger(version) && version > 0) return version
  throw badAnswer(what, 'no usable version')
}

/** Names of subjects. */
export function readSubjects(answer: unknown, what: string): readonly string[] {
  if (Array.isArray(answer) && answer.every((name) => typeof name === 'string')) return answer
  throw badAnswer(what, 'no usable list of subjects')
}

/** Version numbers, rising. */
export function readVersions(answer: unknown, what: string): readonly number[] {
  const isVersion = (version: unknown): boolean => Number.isInteger(version) && (version as number) > 0
  if (Array.isArray(answer) && answer.every(isVersion)) {
    return (answer as number[]).toSorted((a, b) => a - b)
  }
  throw badAnswer(what, 'no usable list of versions')
}

/** A compatibility level. */
export function readLevel(answer: unknown, what: string): CompatibilityMode {
  const level = compatibilityModes.find((mode) => mode === readMember(answer, 'compatibilityLevel'))
  if (level === undefined) throw badAnswer(what, 'no compatibility level that is known')
  return level
}

/** The verdict of a compatibility check. */
export function readVerdict(
  answer: unknown,
  what: string,
): { compatible: boolean; messages: readonly string[] } {
  const compatible = readMember(answer, 'is_compatible')
  if (typeof compatible !== 'boolean') throw badAnswer(what, 'no verdict')
  const messages = readMember(answer, 'messages')
  return { compatible, messages: Array.isArray(messages) ? messages.map(String) : [] }
}

function readMember(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[name] : undefined
}

function badAnswer(what: string, missing: string): RegistryError {
  const message = `The schema registry answered ${what} with ${missing} in it`
  return new RegistryError('REGISTRY_BAD_ANSWER', message, { status: 200 })
}
