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

/** A member of an object, and the one after it. */
export class JsonMember {
  readonly name: string
  readonly value: JsonNode
  next: JsonMember | undefined = undefined

  constructor(name: string, value: JsonNode) {
    this.name = name
    this.value = value
  }
}

/**
 * An object, its members in a chain, in the order of the text; a name may come more than once. A schema is made of many
 * small objects that are read once: a `Map` or lists for each of them would be most of what a check has to clear away.
 */
export class JsonObject extends JsonValue {
  readonly kind = 'object'
  readonly #first: JsonMember | undefined
  #members: ReadonlyMap<string, JsonNode> | undefined

  constructor(source: SourceText, offset: number, first: JsonMember | undefined) {
    super(source, offset)
    this.#first = first
  }

  get members(): ReadonlyMap<string, JsonNode> {
    if (this.#members !== undefined) return this.#members
    const members = new Map<string, JsonNode>()
    for (let at = this.#first; at !== undefined; at = at.next) members.set(at.name, at.value)
    this.#members = members
    return members
  }

  get(name: string): JsonNode | undefined {
    let found: JsonNode | undefined
    for (let at = this.#first; at !== undefined; at = at.next) if (at.name === name) found = at.value
    return found
  }

  hasOnly(names: ReadonlySet<string>): boolean {
    for (let at = this.#first; at !== undefined; at = at.next) if (!names.has(at.name)) return false
    return true
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
