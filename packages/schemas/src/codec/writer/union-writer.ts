import type { AvroType } from '../avro-type.ts'
import { bucketOfType, bucketOfValue, isDynamic, unionTypes } from '../avro-type-parts.ts'
import { isPlainObject } from '../object-kind.ts'
import type { WriterOf } from './create-writer.ts'
import { misfit, writeInteger, type Sink, type Writer } from './sink.ts'

interface Branch {
  readonly type: AvroType
  readonly index: number
  readonly write: Writer
}

/** The writer of a union: the number of the branch that a value is for, and what that branch writes. */
export function unionWriter(type: AvroType, writerOf: WriterOf): Writer {
  const branches = unionTypes(type).map((branch, index) => ({ type: branch, index, write: writerOf(branch) }))
  if (type.typeName === 'union:wrapped') return wrappedWriter(branches)
  const dynamic = branches.filter((branch) => isDynamic(branch.type))
  if (dynamic.length > 0) return dynamicWriter(branches, dynamic)
  const [first, second] = branches
  if (branches.length === 2 && first!.type.typeName === 'null') return optionalWriter(second!.write)
  const byBucket = toBuckets(branches)
  return (sink, value) => writeBranch(sink, byBucket.get(bucketOfValue(value)), value)
}

function toBuckets(branches: readonly Branch[]): ReadonlyMap<string, Branch> {
  return new Map(branches.map((branch) => [bucketOfType(branch.type), branch]))
}

function writeBranch(sink: Sink, branch: Branch | undefined, value: unknown): void {
  if (branch === undefined) throw misfit
  writeInteger(sink, branch.index)
  branch.write(sink, value)
}

/** By far the most common union. */
function optionalWriter(write: Writer): Writer {
  return (sink, value) => {
    if (value === null) {
      sink.buffer[sink.at++] = 0
    } else {
      sink.buffer[sink.at++] = 2
      write(sink, value)
    }
  }
}

/** `{ [branch]: value }`, with nothing beside it; null is bare. */
function wrappedWriter(branches: readonly Branch[]): Writer {
  const byName = new Map(branches.map((branch) => [branch.type.branchName, branch]))
  return (sink, value) => {
    if (typeof value !== 'object') throw misfit
    if (value === null) return writeBranch(sink, byName.get('null'), value)
    const [name, ...others] = Object.keys(value)
    if (name === undefined || others.length > 0) throw misfit
    writeBranch(sink, byName.get(name), (value as Readonly<Record<string, unknown>>)[name])
  }
}

/**
 * The values of logical types look like anything; only the types can tell. Where another branch could take the value,
 * too, it is for the logical type if it is an object of a class, and else nobody can say.
 */
function dynamicWriter(branches: readonly Branch[], dynamic: readonly Branch[]): Writer {
  const byBucket = toBuckets(branches)
  return (sink, value) => {
    const [branch, ...others] = dynamic.filter(({ type }) => type.isValid(value))
    const other = byBucket.get(bucketOfValue(value))
    if (branch === undefined) return writeBranch(sink, other, value)
    // A bigint is for the long that is one before it is for a number.
    const isOwn = typeof value === 'bigint' || isOfClass(value)
    if (others.length > 0 || (other !== undefined && !isOwn)) throw misfit
    writeBranch(sink, branch, value)
  }
}

function isOfClass(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !isPlainObject(value)
}
