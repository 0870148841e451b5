import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser'
import { AvroSchemaError } from './avro-schema-error.ts'
import { javaTrimmedLength, toJavaNumber } from './java-number.ts'
import {
  JsonArray,
  JsonBoolean,
  JsonMember,
  JsonNull,
  JsonNumber,
  JsonObject,
  JsonString,
} from './json-value.ts'
import { isNumberTooLong, maxDepth, maxNameLength, maxNumberLength } from './json-limits.ts'
import { parsePlainJson } from './plain-json-parser.ts'
import { quoteJson } from './quote-json.ts'
import type { SourceText } from './source-text.ts'

/**
 * A JSON value with its place in the text. Numbers keep the text they were written in: `JSON.parse` rounds a long
 * default above 2^53, and a changed default must not go unseen.
 */
export type JsonNode = JsonPlace &
  (
    | {
        readonly kind: 'object'
        readonly members: ReadonlyMap<string, JsonNode>
        /** The last member of that name; without gathering all of them. */
        get(name: string): JsonNode | undefined
        /** Whether all members have one of these names. */
        hasOnly(names: ReadonlySet<string>): boolean
      }
    | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly raw: string }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
  )

/** Where a JSON value stands. */
export interface JsonPlace {
  /** Offset of its first character in the text. */
  readonly offset: number
  /** JSON pointer (RFC 6901). */
  readonly pointer: string
}

/**
 * The text as a tree. As in Avro Java, comments are allowed inside of the schema, not after it, where anything goes that
 * Java's `String.trim` takes off; trailing commas are not allowed.
 */
export function parseJson(source: SourceText): JsonNode {
  const end = javaTrimmedLength(source.text)
  return parsePlainJson(source, end) ?? parseWithComments(source, end)
}

/** Takes more time, and says what is wrong. */
function parseWithComments(source: SourceText, length: number): JsonNode {
  assertDepth(source)
  const errors: ParseError[] = []
  const text = source.text.slice(0, length)
  const tree = parseTree(text, errors, { disallowComments: false, allowTrailingComma: false })
  const error = errors[0]
  if (error !== undefined || tree === undefined) {
    const reason = error === undefined ? 'the text is empty' : `not JSON: ${printParseErrorCode(error.error)}`
    fail(source, error?.offset ?? 0, reason)
  }
  const end = tree.offset + tree.length
  if (end < text.length) {
    fail(source, end + text.slice(end).search(/\S/), 'a comment after the end of the schema')
  }
  return toJsonNode(tree, source)
}

/** jsonc-parser recurses, so a text of brackets alone would end in a `RangeError`. */
function assertDepth(source: SourceText): void {
  const scanner = createScanner(source.text, true)
  let depth = 0
  // The numbers are jsonc-parser's SyntaxKind, a const enum, which stripping types cannot inline: { [ open, } ] close.
  for (let token = scanner.scan() as number; token !== 17; token = scanner.scan() as number) {
    if (token === 1 || token === 3) depth++
    else if (token === 2 || token === 4) depth--
    if (depth > maxDepth) {
      fail(source, scanner.getTokenOffset(), `nested more than ${maxDepth} levels deep`)
    }
  }
}

function toJsonNode(node: Node, source: SourceText): JsonNode {
  const { offset, children = [] } = node
  switch (node.type) {
    case 'object':
      return new JsonObject(source, offset, toMembers(children, source))
    case 'array':
      return new JsonArray(
        source,
        offset,
        children.map((child) => toJsonNode(child, source)),
      )
    case 'number': {
      const raw = source.text.slice(offset, offset + node.length)
      if (isNumberTooLong(raw)) fail(source, offset, `a number of more than ${maxNumberLength} digits`)
      return new JsonNumber(source, offset, raw)
    }
    case 'boolean':
      return new JsonBoolean(source, offset, node.value === true)
    case 'null':
      return new JsonNull(source, offset)
    case 'string':
    case 'property':
      return new JsonString(source, offset, String(node.value))
  }
}

function toMembers(properties: readonly Node[], source: SourceText): JsonMember | undefined {
  let next: JsonMember | undefined
  for (const { children: [key, value] = [] } of properties.toReversed()) {
    if (key === undefined || value === undefined) continue
    const name = String(key.value)
    if (name.length > maxNameLength)
      fail(source, key.offset, `a name of more than ${maxNameLength} characters`)
    const member = new JsonMember(name, toJsonNode(value, source))
    member.next = next
    next = member
  }
  return next
}

function fail(source: SourceText, offset: number, reason: string): never {
  throw new AvroSchemaError(reason, source.positionAt(offset), '')
}

/** The value as compact JSON, as Jackson writes it. */
export function toJsonText(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return `{${[...node.members].map(([name, value]) => `${quoteJson(name)}:${toJsonText(value)}`).join(',')}}`
    case 'array':
      return `[${node.items.map(toJsonText).join(',')}]`
    case 'string':
      return quoteJson(node.value)
    case 'number':
      return toJavaNumber(node.raw)
    case 'boolean':
      return String(node.value)
    case 'null':
      return 'null'
  }
}
