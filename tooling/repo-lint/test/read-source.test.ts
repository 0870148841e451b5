import { describe, expect, it } from 'vitest'
import { readSource } from '../src/read-source.ts'

const specifiers = (text: string): readonly string[] =>
  readSource('a.ts', text).imports.map(({ specifier, typeOnly }) =>
    typeOnly ? `type ${specifier}` : specifier,
  )

describe('readSource', () => {
  it('finds every way in which a file can name another', () => {
    const text = [
      "import { a } from 'static'",
      "import 'side-effect'",
      "export { b } from 'named-export'",
      "export * as c from 'star-export'",
      "const d = await import('dynamic')",
    ]
    expect(specifiers(text.join('\n'))).toEqual([
      'static',
      'side-effect',
      'named-export',
      'star-export',
      'dynamic',
    ])
  })

  it('tells what is left at run time from what is types only', () => {
    expect(specifiers("import type { A } from 'a'")).toEqual(['type a'])
    expect(specifiers("export type { A } from 'a'")).toEqual(['type a'])
    expect(specifiers("let a: import('a').A")).toEqual(['type a'])
    expect(specifiers("let a: typeof import('a')")).toEqual(['type a'])
    // The module is loaded all the same under verbatimModuleSyntax.
    expect(specifiers("import { type A } from 'a'")).toEqual(['a'])
  })

  it('is not misled by imports in texts and comments', () => {
    expect(specifiers("// import 'a'\nconst b = `import 'c'`\n/* export * from 'd' */")).toEqual([])
  })

  it('gives the line of each import, counted from 1', () => {
    expect(readSource('a.ts', "\n\nimport 'a'\n").imports[0]?.line).toBe(3)
  })

  it('reads the words of calls such as it.skip.each(rows)(name, fn)', () => {
    const calls = readSource('a.ts', "it.skip.each([1])('a', () => {})").testCalls
    expect(calls.map((each) => each.words)).toEqual([['it', 'skip', 'each']])
  })

  it('says why a file cannot be parsed instead of throwing', () => {
    expect(readSource('a.ts', 'const = 1').syntaxError).toBeTypeOf('string')
    expect(readSource('a.ts', 'const a = 1').syntaxError).toBeUndefined()
  })
})
