import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml'
import type { z } from 'zod'
import { nearestName } from './nearest-name.ts'
import { SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'

/** What a file holds, and where in it each part stands. */
export interface PlacedValue {
  /** As the user named it. */
  readonly file: string
  readonly value: unknown
  /** Where a part stands, or the nearest thing around it that is there; `undefined` where the file has no lines. */
  readonly placeOf: (
    path: readonly PropertyKey[],
  ) => { readonly line: number; readonly column: number } | undefined
}

/** What is wrong with a file that people write for the command. */
type FileProblemCode = 'config-invalid' | 'accepted-invalid'

/** Reads a YAML or JSON file. @throws SchemasProblemError with line and column. */
export function readPlacedValue(root: string, file: string, code: FileProblemCode): PlacedValue {
  const path = isAbsolute(file) ? file : join(root, file)
  if (!existsSync(path)) throw fileProblem(code, file, 'there is no such file', 'correct the path')
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col: column } = lines.linePos(error.pos[0])
    const message = `not YAML: ${error.message}`
    throw new SchemasProblemError({ code, file, line, column, message, fix: 'correct the file there' })
  }
  return {
    file,
    value: document.toJS() as unknown,
    placeOf: (steps) => {
      const offset = offsetOf(document.contents, steps)
      if (offset === undefined) return undefined
      const { line, col: column } = lines.linePos(offset)
      return { line, column }
    },
  }
}

/** A problem with a whole file. */
export function fileProblem(
  code: FileProblemCode,
  file: string,
  message: string,
  fix: string,
): SchemasProblemError {
  return new SchemasProblemError({ code, file, line: undefined, column: undefined, message, fix })
}

/** A value in the shape that it must have. @throws SchemasProblemError with one problem for each mistake. */
export function checkShape<Shape extends z.ZodType>(
  expected: Shape,
  placed: PlacedValue,
  code: FileProblemCode,
): z.infer<Shape> {
  const result = expected.safeParse(placed.value)
  if (result.success) return result.data
  const [first, ...more] = result.error.issues.flatMap((issue) => toProblems(issue, placed, code))
  throw new SchemasProblemError(first!, ...more)
}

const fix = 'correct it; the README of @headwater/cli lists what may stand there'

function toProblems(
  issue: z.core.$ZodIssue,
  { file, placeOf }: PlacedValue,
  code: FileProblemCode,
): readonly SchemasProblem[] {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys : []
  if (unknown.length > 0) {
    return unknown.map((key) => {
      const path = [...issue.path, key]
      const meant = nearestName(key, knownKeys)
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`
      const message = `${path.join('.')}: there is no such setting${hint}`
      return { code, file, ...placed(placeOf(path)), message, fix }
    })
  }
  const message = `${issue.path.join('.') || 'the file'}: ${issue.message}`
  return [{ code, file, ...placed(placeOf(issue.path)), message, fix }]
}

/** Every name that may stand in one of these files, whatever the level. */
const knownKeys =
  'version schemas against mode subjects topics history rules registry accepted allowDelete unstable strategy overrides match subject dir url fingerprint reason author expires'.split(
    ' ',
  )

function placed(place: { readonly line: number; readonly column: number } | undefined): {
  readonly line: number | undefined
  readonly column: number | undefined
} {
  return { line: place?.line, column: place?.column }
}

/** Of the last part: the key in a mapping, the entry in a list. */
function offsetOf(contents: Node | null, steps: readonly PropertyKey[]): number | undefined {
  let at: unknown = contents
  let offset = contents?.range?.[0]
  for (const step of steps) {
    if (isMap(at)) {
      const pair = at.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (!isPair(pair) || !isScalar(pair.key)) break
      offset = pair.key.range?.[0] ?? offset
      at = pair.value
    } else if (isSeq(at)) {
      const entry = at.items[Number(step)] as Node | undefined
      offset = entry?.range?.[0] ?? offset
      at = entry
    } else break
  }
  return offset
}
