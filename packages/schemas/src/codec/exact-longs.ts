import avsc from 'avsc'
import type { AvroTypeHook } from './avro-type-hook.ts'
import { readExactLong, readLong, type Tap } from './read-long.ts'

/** What avsc has under its covers. */
interface Inner extends avsc.Type {
  _read(tap: Tap): unknown
  _update(resolver: { _read: unknown }, writer: avsc.Type, options: unknown): void
}

/** avsc reads longs below -2^52 as positive ones. This hook gives it numbers that are read exactly, or not at all. */
export function readLongsExactly(long: avsc.Type = exactLong): AvroTypeHook {
  const numbers: Readonly<Record<string, avsc.Type>> = { long, float: exactFloat, double: exactDouble }
  const seen = new WeakSet<object>()
  return (schema, options) => {
    const kind: unknown = typeof schema === 'string' ? schema : (schema as { readonly type?: unknown }).type
    if (typeof kind !== 'string' || !Object.hasOwn(numbers, kind)) return undefined
    // The class of a logical type comes first, and asks for what is beneath it by the same schema.
    const isFirst = typeof schema === 'object' && !seen.has(schema)
    if (isFirst) seen.add(schema)
    if (isFirst && hasClass(schema, options)) return undefined
    // A class that makes something of a long gets a number, whatever the bare ones are.
    return !isFirst && typeof schema === 'object' && kind === 'long' ? exactLong : numbers[kind]
  }
}

function hasClass(schema: object, { logicalTypes }: avsc.ForSchemaOptions): boolean {
  const { logicalType } = schema as { readonly logicalType?: string }
  return logicalType !== undefined && logicalTypes !== undefined && Object.hasOwn(logicalTypes, logicalType)
}

function override(type: avsc.Type, methods: Partial<Pick<Inner, '_read' | '_update'>>): avsc.Type {
  return Object.assign(Object.create(type) as object, methods) as avsc.Type
}

const exactLong = override(avsc.Type.forSchema('long'), { _read: readExactLong })
const exactFloat = overrideReal('float')
const exactDouble = overrideReal('double')

/** A float or double that was written as a long is only as exact as it can be. */
function overrideReal(kind: 'float' | 'double'): avsc.Type {
  const type = avsc.Type.forSchema(kind) as Inner
  return override(type, {
    _update(resolver, writer, options) {
      type._update(resolver, writer, options)
      if (writer.typeName.endsWith('long')) resolver._read = readLong
    },
  })
}
