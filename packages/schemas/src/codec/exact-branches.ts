import avsc from 'avsc'
import type { AvroTypeHook } from './avro-type-hook.ts'
import type { AvroType } from './avro-type.ts'
import { unionTypes } from './avro-type-parts.ts'

type Update = (this: AvroType, resolver: unknown, writer: AvroType, options: unknown) => void

/**
 * avsc reads a value into the first branch of a union that can hold it, and text can hold bytes: in a union of both, what
 * another version wrote as bytes came out as mangled text. This hook gives it unions that look for a branch of the same
 * type and name first, as Avro Java does (`Resolver.ReaderUnion`).
 */
export function resolveToExactBranches(): AvroTypeHook {
  const building = new Set<unknown>()
  return (schema, options) => {
    // Asked again for the same schema, by the call below: avsc's own type is wanted.
    if (!Array.isArray(schema) || building.delete(schema)) return undefined
    building.add(schema)
    const union = avsc.Type.forSchema(schema, options)
    const { _update: update } = union as unknown as { readonly _update: Update }
    const exactFirst: Update = function (resolver, writer, options) {
      const branches = unionTypes(this)
      const types = [
        ...branches.filter((branch) => isSame(branch, writer)),
        ...branches.filter((branch) => !isSame(branch, writer)),
      ]
      // All that avsc looks at here are the branches, in their order.
      update.call(Object.create(this, { types: { value: types } }) as AvroType, resolver, writer, options)
    }
    return Object.create(union, { _update: { value: exactFirst } }) as AvroType
  }
}

function isSame(branch: AvroType, writer: AvroType): boolean {
  return branch.typeName === writer.typeName && branch.name === writer.name
}
