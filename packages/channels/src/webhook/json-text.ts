import { InvalidWebhookError } from './invalid-webhook-error.ts'

/** Bounds of a JSON body. */
export interface JsonLimits {
  /** Levels of objects and arrays in each other. */
  readonly maxDepth: number
}

/** A part of a JSON text: from its first character to the one after its last. */
export interface JsonSpan {
  readonly start: number
  readonly end: number
}

/**
 * A JSON text that was found to be one, and can be taken apart without being turned into values: a message is handed
 * on exactly as the provider wrote it, with its big numbers, its order and its members of the same name.
 */
export interface JsonText {
  /** The whole text. */
  readonly root: JsonSpan
  /** The text of a part. */
  slice(span: JsonSpan): string
  /** The value of a part. */
  value(span: JsonSpan): unknown
  /** The members of an object, by name; of several of one name the last, as `JSON.parse` has it. No object: none. */
  members(span: JsonSpan): ReadonlyMap<string, JsonSpan> | undefined
  /** The elements of an array. No array: none. */
  elements(span: JsonSpan): readonly JsonSpan[] | undefined
}

/**
 * Reads a body as JSON.
 *
 * @throws InvalidWebhookError at `$` for bytes that are no UTF-8, text that is no JSON, and JSON that is too deep.
 */
export function readJsonText(raw: Uint8Array, { maxDepth }: JsonLimits): JsonText {
  const text = decode(raw)
  // Before the parser, so that no depth is left to the size of a stack.
  assertDepth(text, maxDepth)
  try {
    JSON.parse(text)
  } catch {
    // The parser's own message quotes the body.
    throw new InvalidWebhookError('$', 'the body is not JSON')
  }
  const root = { start: skipSpace(text, 0), end: text.trimEnd().length }
  return {
    root,
    slice: ({ start, end }) => text.slice(start, end),
    value: ({ start, end }) => JSON.parse(text.slice(start, end)) as unknown,
    members(span) {
      if (text.charCodeAt(span.start) !== openBrace) return undefined
      const found = new Map<string, JsonSpan>()
      for (let at = skipSpace(text, span.start + 1); text.charCodeAt(at) !== closeBrace;) {
        const nameEnd = endOfValue(text, at)
        const written = text.slice(at + 1, nameEnd - 1)
        const name = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written
        const start = skipSpace(text, skipSpace(text, nameEnd) + 1)
        const end = endOfValue(text, start)
        found.set(name, { start, end })
        at = afterComma(text, end)
      }
      return found
    },
    elements(span) {
      if (text.charCodeAt(span.start) !== openBracket) return undefined
      const found: JsonSpan[] = []
      for (let start = skipSpace(text, span.start + 1); text.charCodeAt(start) !== closeBracket;) {
        const end = endOfValue(text, start)
        found.push({ start, end })
        start = afterComma(text, end)
      }
      return found
    },
  }
}

function decode(raw: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(raw)
  } catch {
    throw new InvalidWebhookError('$', 'the body is not UTF-8')
  }
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

function assertDepth(text: string, maxDepth: number): void {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at) - 1
    else if (code === openBrace || code === openBracket) depth += 1
    else if (code === closeBrace || code === closeBracket) depth -= 1
    if (depth > maxDepth) throw new InvalidWebhookError('$', `nested more than ${maxDepth} levels deep`)
  }
}

/** Where a string ends that begins at `start`; the end of the text for one that does not end. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ;) {
    const end = text.indexOf('"', at)
    if (end === -1) return text.length
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === backslash && end - 1 - slashes > start) slashes += 1
    if (slashes % 2 === 0) return end + 1
    at = end + 1
  }
}

/** Where a value ends; the text is known to be JSON. */
function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start)
  if (first === quote) return endOfString(text, start)
  let at = start
  if (first !== openBrace && first !== openBracket) {
    while (at < text.length && !endsScalar(text.charCodeAt(at))) at += 1
    return at
  }
  let depth = 0
  do {
    const code = text.charCodeAt(at)
    if (code === openBrace || code === openBracket) depth += 1
    else if (code === closeBrace || code === closeBracket) depth -= 1
    at = code === quote ? endOfString(text, at) : at + 1
  } while (depth > 0)
  return at
}

function endsScalar(code: number): boolean {
  return code === comma || code === closeBrace || code === closeBracket || isSpace(code)
}

function afterComma(text: string, at: number): number {
  const next = skipSpace(text, at)
  return text.charCodeAt(next) === comma ? skipSpace(text, next + 1) : next
}

function skipSpace(text: string, at: number): number {
  while (isSpace(text.charCodeAt(at))) at += 1
  return at
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
