import { fit, isWrapped, nameOfBranch, noFit } from './fit.ts'
import type { Schema } from './random-schema.ts'

type Named = Exclude<Schema, string | readonly Schema[]>
const isUnion = (schema: Schema): schema is readonly Schema[] => Array.isArray(schema)
const kindOf = (schema: Schema): string => (typeof schema === 'string' ? schema : (schema as Named).type)

const conversions: Readonly<Record<string, (value: unknown) => unknown>> = {
  'string bytes': (value) => Buffer.from(value as string),
  'bytes string': (value) => (value as Buffer).toString(),
}
const promotions = new Set([
  'int long',
  'int float',
  'int double',
  'long float',
  'long double',
  'float double',
  ...Object.keys(conversions),
])

/**
 * What a reader gets of a value that was written with another schema, by the rules of the Avro specification and, for
 * the branches of a union, of Avro Java: the same type and name first. `noFit` where it cannot be read.
 */
export function resolve(writer: Schema, reader: Schema, value: unknown): unknown {
  if (isUnion(writer)) {
    const [branch, inner] = unwrap(writer, value)
    return resolve(branch, reader, inner)
  }
  if (isUnion(reader)) return resolveUnion(writer, reader, value)
  if (kindOf(writer) !== kindOf(reader)) {
    const step = `${kindOf(writer)} ${kindOf(reader)}`
    if (!promotions.has(step)) return noFit
    return conversions[step]?.(value) ?? value
  }
  return typeof writer === 'string' ? value : resolveNamed(writer as Named, reader as Named, value)
}

function resolveNamed(writer: Named, reader: Named, value: unknown): unknown {
  if ('name' in writer && 'name' in reader && writer.name !== reader.name) return noFit
  if (writer.type === 'enum' && reader.type === 'enum')
    return reader.symbols.includes(value as string) ? value : (reader.default ?? noFit)
  if (writer.type === 'array' && reader.type === 'array')
    return whole((value as unknown[]).map((item) => resolve(writer.items, reader.items, item)))
  if (writer.type === 'map' && reader.type === 'map') {
    const members = Object.entries(value as object).map(([key, member]) => [
      key,
      resolve(writer.values, reader.values, member),
    ])
    return members.some(([, member]) => member === noFit) ? noFit : Object.fromEntries(members)
  }
  if (writer.type !== 'record' || reader.type !== 'record') return value
  const members = reader.fields.map((field) => {
    const written = writer.fields.find(({ name }) => name === field.name)
    if (written === undefined) return [field.name, field.default]
    return [field.name, resolve(written.type, field.type, (value as Record<string, unknown>)[field.name])]
  })
  return members.some(([, member]) => member === noFit) ? noFit : Object.fromEntries(members)
}

function whole(items: readonly unknown[]): unknown {
  return items.includes(noFit) ? noFit : items
}

function resolveUnion(writer: Schema, reader: readonly Schema[], value: unknown): unknown {
  const exact = reader.filter((branch) => nameOfBranch(branch) === nameOfBranch(writer))
  for (const branch of [...exact, ...reader]) {
    const resolved = resolve(writer, branch, value)
    if (resolved === noFit) continue
    return branch === 'null' || !isWrapped(reader) ? resolved : { [nameOfBranch(branch)]: resolved }
  }
  return noFit
}

function unwrap(union: readonly Schema[], value: unknown): readonly [Schema, unknown] {
  if (value === null) return ['null', null]
  if (!isWrapped(union)) return [union.find((branch) => fit(branch, value) !== noFit)!, value]
  const [[name, inner] = []] = Object.entries(value as object)
  return [union.find((branch) => nameOfBranch(branch) === name)!, inner]
}
