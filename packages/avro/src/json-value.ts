import type { JsonNode, JsonPlace } from './json-node.ts'
import type { SourceText } from './source-text.ts'

/** Keeps where it stands as a number, and finds its pointer when asked. */
abstract class JsonValue implements JsonPlace {
  readonly source: SourceText
  readonly offset: number

  constructor(source: SourceText, offset: number) {
    this.source = source
    this.offset = offset
  }

  get pointer(): string {
    return this.source.pointerAt(this.offset)
  }
}

/** An object, its members in two lists: a `Map` for each of the many small objects of a schema costs more than all else. */
export class JsonObject extends JsonValue {
  readonly kind = 'object'
  /** In the order of the text; a name may come more than once. */
  readonly names: readonly string[]
  readonly values: readonly JsonNode[]
  #members: ReadonlyMap<string, JsonNode> | undefined

  constructor(source: SourceText, offset: number, names: readonly string[], values: readonly JsonNode[]) {
    super(source, offset)
    this.names = names
    this.values = values
  }

  get members(): ReadonlyMap<string, JsonNode> {
    this.#members ??= new Map(this.names.map((name, index) => [name, this.values[index]!]))
    return this.#members
  }

  /** The last member of that name. */
  get(name: string): JsonNode | undefined {
    const { names } = this
    for (let at = names.length - 1; at >= 0; at--) if (names[at] === name) return this.values[at]
    return undefined
  }
}

export class JsonArray extends JsonValue {
  readonly kind = 'array'
  readonly items: readonly JsonNode[]

  constructor(source: SourceText, offset: number, items: readonly JsonNode[]) {
    super(source, offset)
    this.items = items
  }
}

export class JsonString extends JsonValue {
  readonly kind = 'string'
  readonly value: string

  constructor(source: SourceText, offset: number, value: string) {
    super(source, offset)
    this.value = value
  }
}

export class JsonNumber extends JsonValue {
  readonly kind = 'number'
  readonly raw: string

  constructor(source: SourceText, offset: number, raw: string) {
    super(source, offset)
    this.raw = raw
  }
}

export class JsonBoolean extends JsonValue {
  readonly kind = 'boolean'
  readonly value: boolean

  constructor(source: SourceText, offset: number, value: boolean) {
    super(source, offset)
    this.value = value
  }
}

export class JsonNull extends JsonValue {
  readonly kind = 'null'
}
