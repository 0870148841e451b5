import type { JsonNode } from './json-node.ts'
import type { QualifiedName } from './qualified-name.ts'
import type {
  ArrayNode,
  EnumNode,
  FieldNode,
  FixedNode,
  MapNode,
  NodePlace,
  PrimitiveNode,
  PrimitiveType,
  RecordNode,
  SchemaNode,
  UnionNode,
} from './schema-node.ts'
import type { SourceText } from './source-text.ts'

/** What a node has that Avro gives no meaning to. */
export type NodeProperties = ReadonlyMap<string, JsonNode>

/**
 * A node that keeps an offset and finds line, column and pointer when asked: a check of thousands of schemas reads
 * millions of nodes and points at a few. These three are getters, so a copy made with `...` lacks them.
 */
abstract class PlacedNode implements NodePlace {
  readonly #source: SourceText
  readonly #offset: number
  readonly properties: NodeProperties

  constructor(source: SourceText, offset: number, properties: NodeProperties) {
    this.#source = source
    this.#offset = offset
    this.properties = properties
  }

  /** What a copy of the node has in common with it. */
  protected get common(): [source: SourceText, offset: number, properties: NodeProperties] {
    return [this.#source, this.#offset, this.properties]
  }

  get line(): number {
    return this.#source.positionAt(this.#offset).line
  }

  get column(): number {
    return this.#source.positionAt(this.#offset).column
  }

  get pointer(): string {
    return this.#source.pointerAt(this.#offset)
  }
}

export class PlacedPrimitive extends PlacedNode implements PrimitiveNode {
  readonly type: PrimitiveType

  constructor(source: SourceText, offset: number, properties: NodeProperties, type: PrimitiveType) {
    super(source, offset, properties)
    this.type = type
  }
}

export class PlacedArray extends PlacedNode implements ArrayNode {
  readonly type = 'array'
  readonly items: SchemaNode

  constructor(source: SourceText, offset: number, properties: NodeProperties, items: SchemaNode) {
    super(source, offset, properties)
    this.items = items
  }

  copy(): PlacedArray {
    return new PlacedArray(...this.common, this.items)
  }
}

export class PlacedMap extends PlacedNode implements MapNode {
  readonly type = 'map'
  readonly values: SchemaNode

  constructor(source: SourceText, offset: number, properties: NodeProperties, values: SchemaNode) {
    super(source, offset, properties)
    this.values = values
  }

  copy(): PlacedMap {
    return new PlacedMap(...this.common, this.values)
  }
}

export class PlacedUnion extends PlacedNode implements UnionNode {
  readonly type = 'union'
  readonly branches: readonly SchemaNode[]

  constructor(
    source: SourceText,
    offset: number,
    properties: NodeProperties,
    branches: readonly SchemaNode[],
  ) {
    super(source, offset, properties)
    this.branches = branches
  }

  copy(): PlacedUnion {
    return new PlacedUnion(...this.common, this.branches)
  }
}

/** What a field has of its own. */
type FieldParts = Omit<FieldNode, keyof NodePlace>

export class PlacedField extends PlacedNode implements FieldNode {
  readonly name: string
  readonly aliases: readonly string[]
  readonly doc: string | undefined
  readonly order: FieldNode['order']
  readonly type: SchemaNode
  readonly default: JsonNode | undefined

  constructor(source: SourceText, offset: number, properties: NodeProperties, parts: FieldParts) {
    super(source, offset, properties)
    this.name = parts.name
    this.aliases = parts.aliases
    this.doc = parts.doc
    this.order = parts.order
    this.type = parts.type
    this.default = parts.default
  }

  copy(): PlacedField {
    return new PlacedField(...this.common, this)
  }
}

/** What all named types have. */
export interface NamedParts {
  readonly name: QualifiedName
  readonly aliases: readonly string[]
  readonly doc: string | undefined
}

abstract class PlacedNamed extends PlacedNode {
  readonly name: string
  readonly namespace: string | undefined
  readonly fullName: string
  readonly aliases: readonly string[]
  readonly doc: string | undefined

  constructor(source: SourceText, offset: number, properties: NodeProperties, parts: NamedParts) {
    super(source, offset, properties)
    this.name = parts.name.name
    this.namespace = parts.name.namespace
    this.fullName = parts.name.fullName
    this.aliases = parts.aliases
    this.doc = parts.doc
  }
}

export class PlacedRecord extends PlacedNamed implements RecordNode {
  readonly type = 'record'
  readonly isError: boolean
  readonly fields: readonly PlacedField[]

  constructor(
    source: SourceText,
    offset: number,
    properties: NodeProperties,
    parts: NamedParts & { readonly isError: boolean; readonly fields: readonly PlacedField[] },
  ) {
    super(source, offset, properties, parts)
    this.isError = parts.isError
    this.fields = parts.fields
  }

  /** With fields of its own. */
  copy(): PlacedRecord {
    const { name, namespace, fullName, aliases, doc, isError } = this
    const fields = this.fields.map((field) => field.copy())
    const parts = { name: { name, namespace, fullName }, aliases, doc, isError, fields }
    return new PlacedRecord(...this.common, parts)
  }
}

export class PlacedEnum extends PlacedNamed implements EnumNode {
  readonly type = 'enum'
  readonly symbols: readonly string[]
  readonly default: string | undefined

  constructor(
    source: SourceText,
    offset: number,
    properties: NodeProperties,
    parts: NamedParts & Pick<EnumNode, 'symbols' | 'default'>,
  ) {
    super(source, offset, properties, parts)
    this.symbols = parts.symbols
    this.default = parts.default
  }
}

export class PlacedFixed extends PlacedNamed implements FixedNode {
  readonly type = 'fixed'
  readonly size: number

  constructor(
    source: SourceText,
    offset: number,
    properties: NodeProperties,
    parts: NamedParts & Pick<FixedNode, 'size'>,
  ) {
    super(source, offset, properties, parts)
    this.size = parts.size
  }
}
