import avsc from 'avsc'
import { toError } from '@headwater/base'
import { boundReads } from './bounded-reads.ts'
import { bigintLong } from './bigint-long.ts'
import { CodecError } from './codec-error.ts'
import { resolveToExactBranches } from './exact-branches.ts'
import { resolveToExactFields } from './exact-fields.ts'
import { readLongsExactly } from './exact-longs.ts'
import { ignoreMisplaced } from './misplaced-annotations.ts'
import { acceptLateDefaults } from './union-defaults.ts'

/** An avsc type. Its typings are `any` in and out, so it stays inside the codec. */
export type AvroType = avsc.Type

/** How Avro types appear in JavaScript. */
export interface AvroTypeOptions {
  /**
   * Classes for logical types by name: `standardLogicalTypes`, or any that avsc takes. Default: none, a logical type is
   * its underlying type.
   */
  readonly logicalTypes?:
    | Readonly<Record<string, new (schema: avsc.Schema, opts?: unknown) => avsc.types.LogicalType>>
    | undefined
  /**
   * What a long is. Numbers hold longs from -(2^53 - 2) to 2^53 - 2, and others are refused in both directions; bigints
   * hold all. A long under a logical type with a class is what that class makes of it. A bigint is taken for a long that
   * is a number, too, where nothing is lost.
   *
   * @defaultValue `'number'`
   */
  readonly long?: 'number' | 'bigint' | undefined
  /**
   * Whether a union's value is wrapped in an object that names its branch. `auto` wraps only where the value alone
   * does not tell the branch.
   *
   * @defaultValue `'auto'`
   */
  readonly wrapUnions?: 'auto' | 'always' | 'never' | undefined
}

/**
 * Compiles a schema text. Referenced schemas go into the same registry of names, in order.
 *
 * @throws CodecError `SCHEMA_UNSUPPORTED` where the registry takes a schema and avsc does not.
 */
export function toAvroType(
  schema: string,
  dependencies: readonly string[],
  options: AvroTypeOptions,
  schemaId?: number,
): AvroType {
  // Without prototypes: a type may be called `toString`, and so may a logical type.
  const registry = Object.create(null) as Record<string, AvroType>
  const { logicalTypes, wrapUnions, long } = options
  const classes =
    logicalTypes === undefined
      ? undefined
      : Object.assign(Object.create(null) as typeof logicalTypes, logicalTypes)
  const compile = (text: string): AvroType => {
    const json = JSON.parse(text) as avsc.Schema
    const hooks = [
      ignoreMisplaced,
      acceptLateDefaults(json),
      resolveToExactBranches(),
      resolveToExactFields(),
      boundReads(),
      readLongsExactly(long === 'bigint' ? bigintLong : undefined),
    ]
    return avsc.Type.forSchema(json, {
      registry,
      typeHook(part, settings) {
        for (const hook of hooks) {
          const type = hook(part, settings)
          if (type !== undefined) return type
        }
        return undefined
      },
      ...(classes === undefined ? {} : { logicalTypes: classes }),
      ...(wrapUnions === undefined ? {} : { wrapUnions }),
    })
  }
  try {
    for (const dependency of dependencies) compile(dependency)
    return compile(schema)
  } catch (error) {
    const which = schemaId === undefined ? 'The schema' : `The schema with id ${schemaId}`
    throw new CodecError('SCHEMA_UNSUPPORTED', `${which} cannot be compiled: ${toError(error).message}`, {
      ...(schemaId === undefined ? {} : { schemaId }),
      cause: error,
    })
  }
}

/** Makes the reader of one writer's bytes. */
export function toResolver(
  reader: AvroType,
  writer: AvroType,
  schemaId: number,
): ReturnType<AvroType['createResolver']> {
  try {
    return reader.createResolver(writer)
  } catch (strict) {
    // Avro Java, and so every registry, compares unqualified names; avsc does when asked to.
    try {
      return reader.createResolver(writer, { ignoreNamespaces: true })
    } catch {
      const message = `The topic's schema cannot read what schema ${schemaId} wrote: ${toError(strict).message}`
      throw new CodecError('SCHEMA_MISMATCH', message, { schemaId, cause: strict })
    }
  }
}
