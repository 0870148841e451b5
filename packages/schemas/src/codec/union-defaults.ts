import avsc from 'avsc'

type Branch = avsc.Type & {
  _copy(value: unknown, options?: unknown): unknown
  _branchConstructor?: new (v: unknown) => unknown
}
type Union = Branch & { readonly types: readonly Branch[] }

/**
 * A default may fit any branch of a union since Avro 1.12, and registries take such schemas; avsc 5 insists on the
 * first branch and refuses the schema as a whole. This hook gives it unions that copy such a default by the branch
 * that it fits. (`_copy` with `wrap: 2` is what avsc's `Field` calls to check a default.)
 */
export function acceptLateDefaults(
  schema: unknown,
): (schema: avsc.Schema, options: avsc.ForSchemaOptions) => avsc.Type | undefined {
  const late = new Set<unknown>()
  collect(schema, late)
  return (candidate, options) => {
    if (!late.delete(candidate)) return undefined
    const union = avsc.Type.forSchema(candidate, options) as Union
    const copy = (value: unknown, copyOptions?: { wrap?: number }): unknown =>
      copyOptions?.wrap === 2 ? copyByFit(union, value, copyOptions) : union._copy(value, copyOptions)
    return Object.create(union, { _copy: { value: copy } }) as avsc.Type
  }
}

function copyByFit(union: Union, value: unknown, options: unknown): unknown {
  let failure: unknown
  for (const branch of union.types) {
    try {
      const copied = branch._copy(value, options)
      const Wrapper = avsc.Type.isType(union, 'union:wrapped') ? branch._branchConstructor : undefined
      return Wrapper === undefined || copied === null ? copied : new Wrapper(copied)
    } catch (error) {
      failure ??= error
    }
  }
  throw failure
}

/** The unions of fields that have a default. */
function collect(schema: unknown, into: Set<unknown>): void {
  if (typeof schema !== 'object' || schema === null) return
  for (const value of Array.isArray(schema) ? (schema as unknown[]) : Object.values(schema))
    collect(value, into)
  const field = schema as { name?: unknown; type?: unknown; default?: unknown }
  if (field.name !== undefined && field.default !== undefined && Array.isArray(field.type))
    into.add(field.type)
}
