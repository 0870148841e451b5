import type { JsonNode } from './json-node.ts'
import {
  JsonArray,
  JsonBoolean,
  JsonMember,
  JsonNull,
  JsonNumber,
  JsonObject,
  JsonString,
} from './json-value.ts'
import { isNumberTooLong, maxDepth, maxNameLength } from './json-limits.ts'
import { shareText } from './shared-text.ts'
import type { SourceText } from './source-text.ts'

/** The text is no JSON, or more than JSON: this parser does not say which. */
class NotPlainError extends Error {}

const notPlain = new NotPlainError()

// The characters that JSON is written with.
const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const minus = 0x2d
const space = 0x20

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/**
 * Reads JSON by RFC 8259 and nothing else, in one pass that makes one object for each value. `undefined` for any other
 * text: comments, faults, more levels than are allowed. Whoever wants to say what is wrong reads the text again.
 *
 * @param end - offset behind the last character that counts
 */
export function parsePlainJson(source: SourceText, end: number): JsonNode | undefined {
  try {
    return new PlainJsonParser(source, end).read()
  } catch (error) {
    if (error === notPlain) return undefined
    throw error
  }
}

class PlainJsonParser {
  readonly #source: SourceText
  readonly #text: string
  readonly #end: number
  #at = 0
  #levelsLeft = maxDepth
  /** The items of the arrays that are being read, so that each array is made in its size. */
  readonly #items: JsonNode[] = []
  #waiting = 0

  constructor(source: SourceText, end: number) {
    this.#source = source
    this.#text = source.text
    this.#end = end
  }

  read(): JsonNode {
    const root = this.#readValue()
    this.#skipSpace()
    if (this.#at !== this.#end) throw notPlain
    return root
  }

  #readValue(): JsonNode {
    const char = this.#skipSpace()
    const offset = this.#at
    switch (char) {
      case quote:
        return new JsonString(this.#source, offset, this.#readString())
      case openBrace:
        return this.#readObject(offset)
      case openBracket:
        return this.#readArray(offset)
      case 0x6e:
        this.#skipWord('null')
        return new JsonNull(this.#source, offset)
      case 0x74:
        this.#skipWord('true')
        return new JsonBoolean(this.#source, offset, true)
      case 0x66:
        this.#skipWord('false')
        return new JsonBoolean(this.#source, offset, false)
      default:
        return new JsonNumber(this.#source, offset, this.#readNumber(char))
    }
  }

  #readObject(offset: number): JsonNode {
    this.#enter()
    let first: JsonMember | undefined
    let last: JsonMember | undefined
    let char = this.#skipSpace()
    while (char !== closeBrace) {
      if (last !== undefined) {
        if (char !== comma) throw notPlain
        this.#at++
        char = this.#skipSpace()
      }
      if (char !== quote) throw notPlain
      const name = this.#readString()
      if (name.length > maxNameLength) throw notPlain
      if (this.#skipSpace() !== colon) throw notPlain
      this.#at++
      const member = new JsonMember(name, this.#readValue())
      if (last === undefined) first = member
      else last.next = member
      last = member
      char = this.#skipSpace()
    }
    this.#leave()
    return new JsonObject(this.#source, offset, first)
  }

  #readArray(offset: number): JsonNode {
    this.#enter()
    const base = this.#waiting
    let char = this.#skipSpace()
    while (char !== closeBracket) {
      if (this.#waiting > base) {
        if (char !== comma) throw notPlain
        this.#at++
      }
      const item = this.#readValue()
      this.#items[this.#waiting++] = item
      char = this.#skipSpace()
    }
    this.#leave()
    const items = this.#items.slice(base, this.#waiting)
    this.#waiting = base
    return new JsonArray(this.#source, offset, items)
  }

  #enter(): void {
    if (--this.#levelsLeft < 0) throw notPlain
    this.#at++
  }

  #leave(): void {
    this.#levelsLeft++
    this.#at++
  }

  /** The text between two quotes. Strings with escapes are rare, and the engine knows them. */
  #readString(): string {
    const text = this.#text
    const start = this.#at + 1
    let isEscaped = false
    let hash = 0
    let at = start
    for (; ; at++) {
      const char = text.charCodeAt(at)
      if (char === quote) break
      if (char === backslash) {
        isEscaped = true
        at++
      }
      // Not below a space, and not behind the end, where there is no number at all.
      else if (!(char >= space)) throw notPlain
      hash = (Math.imul(hash, 31) + char) | 0
    }
    if (at >= this.#end) throw notPlain
    this.#at = at + 1
    return isEscaped ? unescape(text.slice(start - 1, at + 1)) : shareText(text, start, at, hash)
  }

  #readNumber(char: number): string {
    if (char !== minus && !(char >= 0x30 && char <= 0x39)) throw notPlain
    number.lastIndex = this.#at
    const raw = number.exec(this.#text)?.[0]
    if (raw === undefined || isNumberTooLong(raw)) throw notPlain
    this.#at += raw.length
    return raw
  }

  #skipWord(word: string): void {
    if (!this.#text.startsWith(word, this.#at)) throw notPlain
    this.#at += word.length
  }

  /** The character that comes next, which is `NaN` at the end. */
  #skipSpace(): number {
    for (;;) {
      const char = this.#text.charCodeAt(this.#at)
      if (char !== space && char !== 0x0a && char !== 0x0d && char !== 0x09) return char
      if (this.#at >= this.#end) return Number.NaN
      this.#at++
    }
  }
}

function unescape(quoted: string): string {
  try {
    return JSON.parse(quoted) as string
  } catch (error) {
    if (error instanceof SyntaxError) throw notPlain
    throw error
  }
}
