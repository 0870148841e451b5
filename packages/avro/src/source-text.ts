import { parseJson, type JsonNode } from './json-node.ts'

/** A place in a text, as editors count. */
export interface SourcePosition {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
}

/**
 * A text that knows its lines and the JSON pointers of its values. Both are found when somebody asks for the first
 * one: of the thousands of schemas that are compared, nearly none is ever pointed at.
 */
export class SourceText {
  readonly text: string
  #lineStarts: readonly number[] | undefined
  #pointers: ReadonlyMap<number, string> | undefined

  constructor(text: string) {
    this.text = text
  }

  positionAt(offset: number): SourcePosition {
    this.#lineStarts ??= findLineStarts(this.text)
    const lineStarts = this.#lineStarts
    let low = 0
    let high = lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (lineStarts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - lineStarts[low]! + 1 }
  }

  /** JSON pointer of the value that begins there; the text must be JSON. */
  pointerAt(offset: number): string {
    this.#pointers ??= findPointers(parseJson(this), '', new Map())
    return this.#pointers.get(offset) ?? ''
  }
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** No two values begin at one offset. */
function findPointers(json: JsonNode, pointer: string, found: Map<number, string>): Map<number, string> {
  found.set(json.offset, pointer)
  if (json.kind === 'array') {
    json.items.forEach((item, index) => findPointers(item, `${pointer}/${index}`, found))
  }
  if (json.kind === 'object') {
    for (const [name, value] of json.members) findPointers(value, `${pointer}/${escapePointer(name)}`, found)
  }
  return found
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
