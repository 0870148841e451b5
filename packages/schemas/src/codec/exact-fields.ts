import avsc from 'avsc'
import type { AvroTypeHook } from './avro-type-hook.ts'
import type { AvroType } from './avro-type.ts'
import { fieldsOf } from './avro-type-parts.ts'

type Update = (this: AvroType, resolver: unknown, writer: AvroType, options: unknown) => void
type Field = avsc.types.Field & { readonly aliases: readonly string[] }

const { _update: update } = avsc.types.RecordType.prototype as unknown as { readonly _update: Update }
const isCommon = (name: string): boolean => name in Object.prototype

/** avsc looks for fields by name in objects; under these names it finds nothing that was there before. */
class ExactRecordType extends avsc.types.RecordType {
  _update(resolver: unknown, writer: AvroType, options: unknown): void {
    const renames =
      writer.typeName === 'record' && [this, writer].some((type) => fieldsOf(type).some(hasCommonName))
    if (renames) update.call(renamed(this), resolver, renamed(writer), options)
    else update.call(this, resolver, writer, options)
  }
}

/**
 * A record with a field called `constructor` or `toString`, as every object has, could not be read by another version of
 * its schema, or was read from the wrong place. This hook gives avsc records that can be.
 */
export function resolveToExactFields(): AvroTypeHook {
  const seen = new WeakSet<object>()
  return (schema, options) => {
    if (typeof schema === 'string' || (schema as { readonly type?: unknown }).type !== 'record')
      return undefined
    const { logicalType } = schema as { readonly logicalType?: string }
    // The class of a logical type comes first, and asks for what is beneath it by the same schema.
    const hasClass = logicalType !== undefined && options.logicalTypes?.[logicalType] !== undefined
    if (hasClass && !seen.has(schema)) {
      seen.add(schema)
      return undefined
    }
    const { fields } = schema as { readonly fields?: readonly { readonly name?: unknown }[] }
    if (Array.isArray(fields) && fields.some((field) => field?.name === '__proto__'))
      throw new Error('a field has the name __proto__, under which JavaScript keeps something else')
    return new ExactRecordType(schema, options)
  }
}

function hasCommonName(field: avsc.types.Field): boolean {
  return isCommon(field.name) || (field as Field).aliases.some(isCommon)
}

/** The same type, its fields under names that nothing else has. */
function renamed(type: AvroType): AvroType {
  const fields = fieldsOf(type).map((field) =>
    Object.create(field, {
      name: { value: `$${field.name}` },
      aliases: { value: (field as Field).aliases.map((alias) => `$${alias}`) },
    }),
  )
  return Object.create(type, { fields: { value: fields } }) as AvroType
}
