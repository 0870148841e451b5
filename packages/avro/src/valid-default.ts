import type { JsonNode } from './json-node.ts'
import type { SchemaNode } from './schema-node.ts'

/** Whether a field's default fits; Java reads one that is written as text for a float or double field itself. */
export function isValidFieldDefault(schema: SchemaNode, value: JsonNode): boolean {
  const isFloat = schema.type === 'float' || schema.type === 'double'
  if (isFloat && value.kind === 'string') return isJavaDouble(value.value)
  return isValidDefault(schema, value)
}

/**
 * Whether a default fits its type: Avro Java's `Schema.isValidDefault` of 1.12. It is shallow on purpose: an enum
 * default need not be a symbol, a fixed default need not have the size, and a union default may fit any branch.
 */
function isValidDefault(schema: SchemaNode, value: JsonNode): boolean {
  switch (schema.type) {
    case 'string':
    case 'bytes':
    case 'enum':
    case 'fixed':
      return value.kind === 'string'
    case 'int':
      return isIntegerWithin(value, 31n)
    case 'long':
      return isIntegerWithin(value, 63n)
    case 'float':
    case 'double':
      return value.kind === 'number'
    case 'boolean':
      return value.kind === 'boolean'
    case 'null':
      return value.kind === 'null'
    case 'array':
      return value.kind === 'array' && value.items.every((item) => isValidDefault(schema.items, item))
    case 'map':
      return (
        value.kind === 'object' && [...value.members.values()].every((v) => isValidDefault(schema.values, v))
      )
    case 'union':
      return schema.branches.some((branch) => isValidDefault(branch, value))
    case 'record':
      return (
        value.kind === 'object' &&
        schema.fields.every((field) => {
          const own = value.members.get(field.name) ?? field.default
          return own !== undefined && isValidDefault(field.type, own)
        })
      )
  }
}

function isIntegerWithin(value: JsonNode, bits: bigint): boolean {
  if (value.kind !== 'number' || !/^-?\d+$/.test(value.raw)) return false
  const number = BigInt(value.raw)
  return number >= -(1n << bits) && number < 1n << bits
}

/** What `Double.valueOf` takes, hexadecimal left out. */
function isJavaDouble(text: string): boolean {
  const trimmed = text.trim()
  return /^[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?)$/.test(trimmed)
}
