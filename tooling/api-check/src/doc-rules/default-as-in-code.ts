import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parseSync } from 'oxc-parser'
import { constantValue, type Constant, type SyntaxNode } from '../constant-value.ts'
import type { DocProblem } from '../doc-problem.ts'
import type { ApiSymbol } from '../package-api.ts'
import type { DefaultInCode } from '../source-defaults.ts'

/** What became of one `@defaultValue`. */
export interface DefaultCheck {
  /** `SendOptions.wait`. */
  readonly symbol: string
  /**
   * `checked`: the code says the same. `wrong`: it says something else. `prose`: the tag is a sentence.
   * `not-found`: nothing in the code states it as a constant beside the setting's name.
   */
  readonly verdict: 'checked' | 'wrong' | 'prose' | 'not-found'
  /** For a wrong one. */
  readonly message: string
}

/** Holds every `@defaultValue` of a symbol's members to the defaults in the code. */
export function checkDefaults(
  symbol: ApiSymbol,
  defaults: readonly DefaultInCode[],
): readonly DefaultCheck[] {
  return symbol.declarations
    .flatMap(({ members }) => members)
    .flatMap(({ name, doc }): DefaultCheck[] => {
      const [, tag] = /@default(?:Value)? +([^\n]*)/.exec(doc ?? '') ?? []
      if (tag === undefined) return []
      const about = { symbol: `${symbol.name}.${name}`, message: '' }
      const stated = literalOf(tag)
      if (stated === undefined) return [{ ...about, verdict: 'prose' }]
      const found = nearest(symbol, name, defaults)
      if (found.length === 0) return [{ ...about, verdict: 'not-found' }]
      if (found.some(({ value }) => isDeepStrictEqual(value, stated.value)))
        return [{ ...about, verdict: 'checked' }]
      const places = found.map(({ value, path }) => `${JSON.stringify(value)} in ${path}`)
      const message = `@defaultValue is ${tag.trim()}, the code has ${[...new Set(places)].join(', ')}`
      return [{ ...about, verdict: 'wrong', message }]
    })
}

/** The wrong ones as problems. */
export function defaultProblems(room: string, checks: readonly DefaultCheck[]): readonly DocProblem[] {
  return checks
    .filter(({ verdict }) => verdict === 'wrong')
    .map(({ symbol, message }) => ({ room, symbol, rule: 'default', message }))
}

/**
 * The defaults of that name that have most to do with the type: taken from an object of it, else in its own file, else in
 * files that know the type, else in its folder, else in the package.
 */
function nearest(
  { name: typeName, path }: ApiSymbol,
  name: string,
  defaults: readonly DefaultInCode[],
): readonly DefaultInCode[] {
  const source = `src/${path.replace(/\.d\.ts$/, '.ts')}`
  const named = defaults.filter((each) => each.name === name)
  const circles: readonly ((each: DefaultInCode) => boolean)[] = [
    ({ of }) => of === typeName,
    ({ path: file }) => file === source,
    ({ names }) => names.has(typeName),
    ({ path: file }) => dirname(file) === dirname(source),
    () => true,
  ]
  for (const circle of circles) {
    const found = named.filter(circle)
    if (found.length > 0) return found
  }
  return []
}

/** The value that a tag states, as code or in backticks; undefined for a sentence. */
function literalOf(tag: string): Constant {
  const [, quoted, plain] = /^(?:`([^`]+)`|([^\s,]+))(?:\s*$|,)/.exec(tag.trim()) ?? []
  const text = quoted ?? plain
  if (text === undefined) return undefined
  const { program, errors } = parseSync('tag.ts', `(${text})`, { lang: 'ts', sourceType: 'module' })
  if (errors.length > 0) return undefined
  const [statement] = program.body as unknown as readonly SyntaxNode[]
  return constantValue((statement?.['expression'] as SyntaxNode | undefined) ?? null, () => undefined)
}
