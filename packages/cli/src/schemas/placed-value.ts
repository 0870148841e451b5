import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
} from 'yaml'
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
  const lines = new LineCounter()
  const document = parseDocument(readText(root, file, code), { lineCounter: lines, prettyErrors: false })
  const failAt = (offset: number, message: string, mend: string): never => {
    const { line, col: column } = lines.linePos(offset)
    throw new SchemasProblemError({ code, file, line, column, message, fix: mend })
  }
  const [error] = document.errors
  if (error !== undefined) failAt(error.pos[0], `not YAML: ${error.message}`, 'correct the file there')
  const alias = findUnknownAlias(document)
  if (alias !== undefined) {
    const message = `not YAML: *${alias.source} stands for a value that has no name; text with a star in front needs quotes`
    failAt(alias.range![0], message, `write '*${alias.source}'`)
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

function readText(root: string, file: string, code: FileProblemCode): string {
  const path = resolve(root, file)
  if (!existsSync(path)) throw fileProblem(code, file, 'there is no such file', 'correct the path')
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown)
    throw fileProblem(
      code,
      file,
      `the file cannot be read (${reason})`,
      'give the path of a file that you may read',
    )
  }
}

/** A pattern without quotes, such as `- **\/*.avsc`: YAML's own word for it comes as an exception, and late. */
function findUnknownAlias(document: Document.Parsed): Alias | undefined {
  let found: Alias | undefined
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return undefined
      found = alias
      return visit.BREAK
    },
  })
  return found
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
