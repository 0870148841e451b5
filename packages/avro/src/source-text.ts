/** A place in a text, as editors count. */
export interface SourcePosition {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
}

/** A text that knows its lines. */
export interface SourceText {
  readonly text: string
  positionAt(offset: number): SourcePosition
}

/** Line starts are found once, and only when somebody asks for a position. */
export function createSourceText(text: string): SourceText {
  let lineStarts: number[] | undefined
  return {
    text,
    positionAt(offset) {
      lineStarts ??= findLineStarts(text)
      let low = 0
      let high = lineStarts.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (lineStarts[middle]! <= offset) low = middle
        else high = middle - 1
      }
      return { line: low + 1, column: offset - lineStarts[low]! + 1 }
    },
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
