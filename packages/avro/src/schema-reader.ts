import { AvroSchemaError } from './avro-schema-error.ts'
import { isSameDefinition } from './is-same-definition.ts'
import { toJsonText, type JsonNode } from './json-node.ts'
import { hasObject, type ReadText } from './find-uncopyable-default.ts'
import { noLateNames, type NameHolder } from './late-names.ts'
import { linkExpected } from './link-expected.ts'
import { parseJavaDouble } from './java-number.ts'
import { JsonNumber } from './json-value.ts'
import {
  PlacedArray,
  PlacedEnum,
  PlacedField,
  PlacedFixed,
  PlacedMap,
  PlacedPrimitive,
  PlacedRecord,
  PlacedUnion,
} from './placed-node.ts'
import { noProperties, readProperties } from './read-properties.ts'
import { isAvroName, qualifyAlias, qualifyName, referredName, type QualifiedName } from './qualified-name.ts'
import {
  primitiveTypes,
  type FieldNode,
  type NamedNode,
  type PrimitiveType,
  type SchemaNode,
} from './schema-node.ts'
import type { SourceText } from './source-text.ts'
import { isValidFieldDefault } from './valid-default.ts'

type ObjectNode = Extract<JsonNode, { kind: 'object' }>

const fieldOrders = ['ascending', 'descending', 'ignore'] as const
const primitives: ReadonlySet<string> = new Set(primitiveTypes)
/** What a Java array holds. */
const largestFixed = 2 ** 31 - 9
const noAliases: readonly string[] = []

/** One walk over one schema text, following `Schema.parse` of Avro Java. */
export class SchemaReader {
  readonly #source: SourceText
  readonly #types: Map<string, NamedNode>
  /** Full names of the records whose fields are being read. */
  readonly #unfinished = new Set<string>()
  /** Types that are named before they are defined, by full name, each with the node that stands for it until the end. */
  readonly #expected = new Map<string, { readonly node: NamedNode; readonly json: JsonNode }>()
  readonly #late = new Map<NameHolder, Set<string>>()
  readonly #definitions: NamedNode[] = []
  /** Fields with defaults, which are looked at again when the expected types are known. */
  readonly #withDefault: FieldNode[] = []

  constructor(source: SourceText, types: Map<string, NamedNode>) {
    this.#source = source
    this.#types = types
  }

  /**
   * Reads a whole schema: every name in it must be defined in the end. Where it is the second definition of a type that
   * a reference brought, it is the first instead, since Avro Java looks it up by its name at the end.
   */
  read(json: JsonNode): ReadText {
    const root = this.#readRoot(json)
    return {
      root,
      definitions: this.#definitions,
      late: this.#late.size === 0 ? noLateNames : this.#late,
      hasObjectDefault: this.#withDefault.some((field) => hasObject(field.default!)),
    }
  }

  #readRoot(json: JsonNode): SchemaNode {
    const read = this.#read(json, undefined)
    const root = 'fullName' in read ? (this.#types.get(read.fullName) ?? read) : read
    const definitions = new Map<SchemaNode, NamedNode>()
    for (const [name, { node, json: use }] of this.#expected) {
      const definition = this.#types.get(name)
      if (definition === undefined)
        return this.#fail(
          use,
          `undefined name "${name}": no type of that name is defined, here or in a reference`,
        )
      definitions.set(node, definition)
    }
    if (definitions.size === 0) return root
    const linkedRoot = linkExpected(root, this.#types.values(), definitions)
    for (const field of this.#withDefault) this.#assertDefault(field.name, field.type, field.default)
    return linkedRoot
  }

  #read(json: JsonNode, namespace: string | undefined): SchemaNode {
    switch (json.kind) {
      case 'string':
        return this.#readName(json, json.value, namespace)
      case 'array':
        return this.#readUnion(json, json.items, namespace)
      case 'object':
        return this.#readObject(json, namespace)
      default:
        return this.#fail(json, `a schema is a name, an object or an array, not ${toJsonText(json)}`)
    }
  }

  #readName(json: JsonNode, written: string, namespace: string | undefined): SchemaNode {
    if (isPrimitive(written)) return new PlacedPrimitive(this.#source, json.offset, noProperties, written)
    return this.#find(written, namespace) ?? this.#expect(json, referredName(written, namespace))
  }

  /**
   * Avro Java takes a name before its definition, anywhere in the same text. Until then it stands for a record without
   * fields, which any object fits as a default.
   */
  #expect(json: JsonNode, name: QualifiedName): NamedNode {
    const known = this.#expected.get(name.fullName)
    if (known !== undefined) return known.node
    const parts = { name, aliases: noAliases, doc: undefined, isError: false, fields: [] }
    const node = new PlacedRecord(this.#source, json.offset, noProperties, parts)
    this.#expected.set(name.fullName, { node, json })
    return node
  }

  /**
   * A name without a dot is looked for in the enclosing namespace first, then in the null namespace. Avro Java sees the
   * records that it is still reading last, and only in the enclosing namespace.
   */
  #find(written: string, namespace: string | undefined): NamedNode | undefined {
    const { fullName } = referredName(written, namespace)
    const finished = [fullName, written].find((name) => !this.#unfinished.has(name) && this.#types.has(name))
    return this.#types.get(finished ?? fullName)
  }

  #readUnion(json: JsonNode, items: readonly JsonNode[], namespace: string | undefined): SchemaNode {
    const seen = new Set<string>()
    const branches = items.map((item) => {
      const branch = this.#read(item, namespace)
      if (branch.type === 'union') this.#fail(item, 'a union directly inside a union')
      const name = 'fullName' in branch ? branch.fullName : branch.type
      if (seen.has(name)) this.#fail(item, `duplicate in union: ${name}`)
      seen.add(name)
      return branch
    })
    const union = new PlacedUnion(this.#source, json.offset, noProperties, branches)
    items.forEach((item, index) => this.#noteName(union, item, branches[index]!))
    return union
  }

  #readObject(json: ObjectNode, namespace: string | undefined): SchemaNode {
    const type = this.#requiredText(json, 'type', 'no type')
    if (isPrimitive(type)) {
      return new PlacedPrimitive(this.#source, json.offset, readProperties(json, 'type'), type)
    }
    switch (type) {
      case 'record':
      case 'error':
      case 'enum':
      case 'fixed':
        return this.#readNamed(json, type, namespace)
      case 'array': {
        const written = this.#required(json, 'items', 'no items type')
        const items = this.#read(written, namespace)
        const array = new PlacedArray(this.#source, json.offset, readProperties(json, 'type'), items)
        this.#noteName(array, written, items)
        return array
      }
      case 'map': {
        const written = this.#required(json, 'values', 'no values type')
        const values = this.#read(written, namespace)
        const map = new PlacedMap(this.#source, json.offset, readProperties(json, 'type'), values)
        this.#noteName(map, written, values)
        return map
      }
      default:
        return this.#fail(json.get('type') ?? json, unknownType(type))
    }
  }

  #readNamed(
    json: ObjectNode,
    type: 'record' | 'error' | 'enum' | 'fixed',
    enclosing: string | undefined,
  ): NamedNode {
    const written = this.#requiredText(json, 'name', `no name in ${type}`)
    const name = qualifyName(written, this.#optionalText(json, 'namespace') ?? enclosing)
    const nameNode = json.get('name') ?? json
    this.#assertName(nameNode, name.name)
    for (const part of name.namespace?.split('.') ?? []) this.#assertName(json, part)
    if (primitives.has(name.fullName)) this.#fail(nameNode, `a type may not be named ${name.fullName}`)
    if (this.#unfinished.has(name.fullName)) this.#fail(nameNode, `can't redefine: ${name.fullName}`)
    const before = this.#types.get(name.fullName)
    const source = this.#source
    const properties = readProperties(json, type === 'enum' ? 'enum' : 'type')
    const parts = { name, aliases: this.#readTypeAliases(json, name), doc: this.#optionalText(json, 'doc') }
    if (type === 'enum') {
      const node = new PlacedEnum(source, json.offset, properties, { ...parts, ...this.#readSymbols(json) })
      return this.#settle(this.#define(node), before, nameNode)
    }
    if (type === 'fixed') {
      const node = new PlacedFixed(source, json.offset, properties, { ...parts, size: this.#readSize(json) })
      return this.#settle(this.#define(node), before, nameNode)
    }
    const fields: PlacedField[] = []
    const record = new PlacedRecord(source, json.offset, properties, {
      ...parts,
      isError: type === 'error',
      fields,
    })
    if (before === undefined) {
      // A record is known before its fields are read: that is how it may contain itself.
      this.#define(record)
      this.#unfinished.add(name.fullName)
    }
    // In a second definition its name means the first, which is complete.
    this.#readFields(json, name, fields)
    this.#unfinished.delete(name.fullName)
    return this.#settle(record, before, nameNode)
  }

  /** Notes what holds a name whose definition is not complete yet. */
  #noteName(holder: NameHolder, written: JsonNode, type: SchemaNode): void {
    if (written.kind !== 'string' || type.type !== 'record') return
    if (this.#unfinished.has(type.fullName) || this.#expected.get(type.fullName)?.node === type)
      this.#late.set(holder, (this.#late.get(holder) ?? new Set()).add(type.fullName))
  }

  /** Makes a type known. */
  #define(node: NamedNode): NamedNode {
    this.#types.set(node.fullName, node)
    return node
  }

  /** A second definition stands where it stands, if it says the same; the name goes on to mean the first. */
  #settle(node: NamedNode, before: NamedNode | undefined, nameNode: JsonNode): NamedNode {
    if (before === undefined) {
      this.#definitions.push(node)
      return node
    }
    if (!isSameDefinition(before, node, this.#late)) {
      this.#fail(nameNode, `can't redefine: ${node.fullName}`)
    }
    this.#types.set(node.fullName, before)
    return node
  }

  #readSymbols(json: ObjectNode): { symbols: string[]; default: string | undefined } {
    const list = json.get('symbols')
    if (list?.kind !== 'array') return this.#fail(list ?? json, 'an enum needs an array of symbols')
    const known = new Set<string>()
    for (const item of list.items) {
      if (item.kind !== 'string') return this.#fail(item, 'an enum symbol is text')
      this.#assertName(item, item.value)
      if (known.has(item.value)) this.#fail(item, `duplicate enum symbol: ${item.value}`)
      known.add(item.value)
    }
    const fallback = json.get('default')
    const symbol = fallback?.kind === 'string' ? fallback.value : undefined
    if (fallback !== undefined && symbol !== undefined && !known.has(symbol)) {
      this.#fail(fallback, `the enum default "${symbol}" is not one of the symbols`)
    }
    return { symbols: [...known], default: symbol }
  }

  #readSize(json: ObjectNode): number {
    const size = json.get('size')
    const bytes = size?.kind === 'number' && /^-?\d+$/.test(size.raw) ? Number(size.raw) : -1
    if (bytes >= 0 && bytes <= largestFixed) return Math.abs(bytes)
    return this.#fail(size ?? json, 'a fixed needs a size, a number of bytes')
  }

  #readFields(json: ObjectNode, record: QualifiedName, fields: PlacedField[]): void {
    const list = json.get('fields')
    if (list?.kind !== 'array') return this.#fail(list ?? json, 'a record needs an array of fields')
    const seen = new Set<string>()
    for (const item of list.items) {
      if (item.kind !== 'object') return this.#fail(item, 'a field is an object')
      const field = this.#readField(item, record.namespace)
      if (seen.has(field.name)) this.#fail(item, `duplicate field ${field.name} in record ${record.fullName}`)
      seen.add(field.name)
      fields.push(field)
    }
  }

  #readField(json: ObjectNode, namespace: string | undefined): PlacedField {
    const name = this.#requiredText(json, 'name', 'no field name')
    this.#assertName(json.get('name') ?? json, name)
    const writtenType = this.#required(json, 'type', `no type for field ${name}`)
    const type = this.#read(writtenType, namespace)
    const written = json.get('default')
    const value = written === undefined ? undefined : this.#readDefault(name, type, written)
    this.#assertDefault(name, type, value)
    const field = new PlacedField(this.#source, json.offset, readProperties(json, 'field'), {
      name,
      aliases: unique(this.#readAliases(json)),
      doc: this.#optionalText(json, 'doc'),
      order: this.#readOrder(json),
      type,
      default: value,
    })
    if (value !== undefined) this.#withDefault.push(field)
    this.#noteName(field, writtenType, type)
    return field
  }

  /** Avro Java makes a number of the text that stands as the default of a float or double. */
  #readDefault(name: string, type: SchemaNode, json: JsonNode): JsonNode {
    if ((type.type !== 'float' && type.type !== 'double') || json.kind !== 'string') return json
    const number = parseJavaDouble(json.value)
    if (number === undefined) return this.#failDefault(name, type, json)
    return new JsonNumber(this.#source, json.offset, number.toExponential())
  }

  #assertDefault(name: string, type: SchemaNode, value: JsonNode | undefined): void {
    if (
      value !== undefined &&
      !isValidFieldDefault(type, value, (record) => this.#unfinished.has(record.fullName))
    )
      this.#failDefault(name, type, value)
  }

  #failDefault(name: string, type: SchemaNode, value: JsonNode): never {
    const written = toJsonText(value)
    this.#fail(value, `invalid default for field ${name}: ${written} is not a valid ${typeName(type)}`)
  }

  #readOrder(json: ObjectNode): FieldNode['order'] {
    const order = json.get('order')
    if (order === undefined) return 'ascending'
    const known = fieldOrders.find(
      (name) => order.kind === 'string' && order.value.toUpperCase() === name.toUpperCase(),
    )
    return known ?? this.#fail(order, 'a field order is ascending, descending or ignore')
  }

  #readAliases(json: ObjectNode): readonly string[] {
    const list = json.get('aliases')
    if (list === undefined) return noAliases
    if (list.kind !== 'array') return this.#fail(list, 'aliases is an array')
    return list.items.map((item) =>
      item.kind === 'string' ? item.value : this.#fail(item, 'an alias is text'),
    )
  }

  /** Avro Java holds an alias of a type to the rules of names, its namespace left out, and one of a field to none. */
  #readTypeAliases(json: ObjectNode, owner: QualifiedName): readonly string[] {
    const aliases = this.#readAliases(json).map((alias) => {
      this.#assertName(json.get('aliases') ?? json, qualifyName(alias, undefined).name)
      return qualifyAlias(alias, owner)
    })
    return unique(aliases)
  }

  #assertName(json: JsonNode, name: string): void {
    if (!isAvroName(name)) {
      this.#fail(json, `illegal name "${name}": letters, digits and _ only, not starting with a digit`)
    }
  }

  #required(json: ObjectNode, key: string, reason: string): JsonNode {
    return json.get(key) ?? this.#fail(json, reason)
  }

  #requiredText(json: ObjectNode, key: string, reason: string): string {
    return this.#optionalText(json, key) ?? this.#fail(json.get(key) ?? json, reason)
  }

  /** Avro Java's `getOptionalText` takes anything but text for absent. */
  #optionalText(json: ObjectNode, key: string): string | undefined {
    const value = json.get(key)
    return value?.kind === 'string' ? value.value : undefined
  }

  #fail(json: JsonNode, reason: string): never {
    throw new AvroSchemaError(reason, this.#source.positionAt(json.offset), json.pointer)
  }
}

function unique(names: readonly string[]): readonly string[] {
  return names.length === 0 ? noAliases : [...new Set(names)]
}

/** As of Avro Java 1.12.2: before that, the name of a known type was taken here, too. */
function unknownType(type: string): string {
  return `unknown type "${type}" in an object: a named type is referred to by its name alone, "${type}"`
}

function isPrimitive(name: string): name is PrimitiveType {
  return primitives.has(name)
}

function typeName(schema: SchemaNode): string {
  return 'fullName' in schema ? schema.fullName : schema.type
}
