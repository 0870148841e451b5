import { canAnnotate, type AnnotatedType } from '@headwater/avro'
import avsc from 'avsc'

/**
 * The specification wants a logical type ignored where it may not stand, such as a date on a string, or a decimal without a
 * precision. avsc leaves that to
 * each class; this hook does it for all, by the table that types are generated with.
 */
export function ignoreMisplaced(schema: avsc.Schema, options: avsc.ForSchemaOptions): avsc.Type | undefined {
  if (typeof schema === 'string' || Array.isArray(schema)) return undefined
  const annotated = schema as AnnotatedType & { readonly logicalType?: unknown }
  const { logicalType } = annotated
  if (typeof logicalType !== 'string' || canAnnotate(logicalType, annotated)) return undefined
  return avsc.Type.forSchema(
    { ...(schema as object), logicalType: undefined } as unknown as avsc.Schema,
    options,
  )
}
