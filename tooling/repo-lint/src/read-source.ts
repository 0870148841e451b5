import { parseSync, Visitor } from 'oxc-parser'

/** One place where a file names another module. */
interface ImportView {
  readonly specifier: string
  /** Nothing of it is left at run time: `import type`, `export type`, `import('x').Y` in a type. */
  readonly typeOnly: boolean
  readonly line: number
}

/** A call such as `it.skip(...)` or `describe.only(...)`: the words of its callee. */
interface TestCallView {
  readonly words: readonly string[]
  readonly line: number
}

/** What the rules want to know of one TypeScript file. */
export interface SourceView {
  readonly path: string
  readonly text: string
  readonly imports: readonly ImportView[]
  /** Lines of `export default`. */
  readonly defaultExports: readonly number[]
  /** Lines of `export *`. */
  readonly starExports: readonly number[]
  readonly testCalls: readonly TestCallView[]
  /** Set when the file cannot be parsed; all lists are empty then. */
  readonly syntaxError: string | undefined
}

interface Node {
  readonly type: string
  readonly start: number
}

/** Parses one file; a broken file becomes a view with `syntaxError`, never an exception. */
export function readSource(path: string, text: string): SourceView {
  const imports: ImportView[] = []
  const defaultExports: number[] = []
  const starExports: number[] = []
  const testCalls: TestCallView[] = []
  const lineOf = (node: Node): number => text.slice(0, node.start).split('\n').length
  const add = (node: Node, specifier: string, typeOnly: boolean): void => {
    imports.push({ specifier, typeOnly, line: lineOf(node) })
  }

  const { program, errors } = parseSync(path, text, { lang: 'ts', sourceType: 'module' })
  const [problem] = errors
  if (problem !== undefined) {
    return { path, text, imports, defaultExports, starExports, testCalls, syntaxError: problem.message }
  }
  new Visitor({
    ImportDeclaration(node) {
      // `import {} from 'x'` and `import 'x'` run the module; `import { type A } from 'x'` runs it too under
      // verbatimModuleSyntax, so only the whole declaration's `type` makes it a type import.
      add(node, node.source.value, node.importKind === 'type')
    },
    ExportNamedDeclaration(node) {
      if (node.source !== null) add(node, node.source.value, node.exportKind === 'type')
    },
    ExportAllDeclaration(node) {
      add(node, node.source.value, node.exportKind === 'type')
      if (node.exported === null) starExports.push(lineOf(node))
    },
    ExportDefaultDeclaration(node) {
      defaultExports.push(lineOf(node))
    },
    ImportExpression(node) {
      const { source } = node
      if (source.type === 'Literal' && typeof source.value === 'string') add(node, source.value, false)
    },
    TSImportType(node) {
      add(node, node.source.value, true)
    },
    CallExpression(node) {
      const words = calleeWords(node.callee)
      if (words.length > 1) testCalls.push({ words, line: lineOf(node) })
    },
  }).visit(program)
  return { path, text, imports, defaultExports, starExports, testCalls, syntaxError: undefined }
}

/** `it.skip.each(rows)` gives it, skip, each; anything that is no plain chain of names gives nothing. */
function calleeWords(callee: { readonly type: string }): readonly string[] {
  if (callee.type === 'Identifier') return [(callee as unknown as { name: string }).name]
  if (callee.type !== 'MemberExpression') return []
  const { object, property } = callee as unknown as { object: { type: string }; property: { type: string } }
  if (property.type !== 'Identifier') return []
  const before = calleeWords(object)
  return before.length === 0 ? [] : [...before, (property as unknown as { name: string }).name]
}
