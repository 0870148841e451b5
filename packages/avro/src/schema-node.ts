import type { JsonNode } from './json-node.ts'

/**
 * The vocabulary of a parsed schema.
 *
 * - A *node* is one occurrence of a type in the text; two places that write `"int"` are two nodes.
 * - A *named type* (record, enum, fixed) is one node however often its name is used, so a schema is a graph and may
 *   have cycles. Only what is used before its definition in a root without a name may be a second node of that name,
 *   as in Avro Java.
 * - *Full names* have their namespace; aliases are full names as Avro Java qualifies them.
 */
export type SchemaNode = PrimitiveNode | RecordNode | EnumNode | FixedNode | ArrayNode | MapNode | UnionNode

/** The types that have a name of their own. */
export type NamedNode = RecordNode | EnumNode | FixedNode

/** Avro's primitive types. */
export const primitiveTypes = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
] as const

/** One of Avro's primitive types. */
export type PrimitiveType = (typeof primitiveTypes)[number]

/** What every node knows of its place in the text. */
export interface NodePlace {
  /** Line of the type in the schema text, from 1. */
  readonly line: number
  /** Column of the type in its line, from 1. */
  readonly column: number
  /** JSON pointer of the type in the schema text. */
  readonly pointer: string
  /** Properties that Avro gives no meaning to, and `logicalType` with its own, in the order of the text. */
  readonly properties: ReadonlyMap<string, JsonNode>
}

interface NamedBase extends NodePlace {
  readonly name: string
  /** `undefined` for the null namespace. */
  readonly namespace: string | undefined
  readonly fullName: string
  /** Full names; a leading dot marks the null namespace where the type itself has one, as in Avro Java. */
  readonly aliases: readonly string[]
  readonly doc: string | undefined
}

/** A type without parts: `null`, `boolean`, `int`, `long`, `float`, `double`, `bytes`, `string`. */
export interface PrimitiveNode extends NodePlace {
  readonly type: PrimitiveType
}

/** `record`: named fields in order. */
export interface RecordNode extends NamedBase {
  readonly type: 'record'
  /** Declared as `error`, which behaves as a record. */
  readonly isError: boolean
  readonly fields: readonly FieldNode[]
}

/** A field of a record. */
export interface FieldNode extends NodePlace {
  readonly name: string
  readonly aliases: readonly string[]
  readonly doc: string | undefined
  readonly order: 'ascending' | 'descending' | 'ignore'
  readonly type: SchemaNode
  /** `undefined` where the field has no default; a default of null is a JSON null. */
  readonly default: JsonNode | undefined
}

/** `enum`: one of some symbols. */
export interface EnumNode extends NamedBase {
  readonly type: 'enum'
  readonly symbols: readonly string[]
  /** The symbol that stands for unknown ones. */
  readonly default: string | undefined
}

/** `fixed`: a fixed number of bytes. */
export interface FixedNode extends NamedBase {
  readonly type: 'fixed'
  /** Bytes. */
  readonly size: number
}

/** `array`: many values of one type, in order. */
export interface ArrayNode extends NodePlace {
  readonly type: 'array'
  readonly items: SchemaNode
}

/** `map`: values of one type by text. */
export interface MapNode extends NodePlace {
  readonly type: 'map'
  readonly values: SchemaNode
}

/** A union: one of several types, its branches. */
export interface UnionNode extends NodePlace {
  readonly type: 'union'
  readonly branches: readonly SchemaNode[]
}

/** A schema text that was understood. */
export interface ParsedSchema {
  readonly text: string
  readonly root: SchemaNode
  /** Every named type by full name, those of the references included. */
  readonly types: ReadonlyMap<string, NamedNode>
  /** Full names of the types that came with the references. */
  readonly referenced: ReadonlySet<string>
  /** Those of them that are a reference of their own, not a part of one. */
  readonly referencedRoots: ReadonlySet<string>
}
