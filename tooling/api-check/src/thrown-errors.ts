import { existsSync, readFileSync } from 'node:fs'
import { parseSync } from 'oxc-parser'
import type { SyntaxNode } from './constant-value.ts'

/** What the functions and methods of a file throw by themselves: `send`, `Producer.send`, to what they throw. */
export type ThrownErrors = ReadonlyMap<string, readonly ThrownError[]>

/** One `throw new XError('CODE', ...)`; of `throw refusal(...)` neither is known. */
export interface ThrownError {
  readonly type: string | undefined
  readonly code: string | undefined
}

/** Reads what a file's functions throw. What they call may throw more: that is documented where it is thrown. */
export function readThrownErrors(path: string): ThrownErrors {
  const found = new Map<string, readonly ThrownError[]>()
  if (!existsSync(path)) return found
  const { program } = parseSync(path, readFileSync(path, 'utf8'), { lang: 'ts', sourceType: 'module' })
  const note = (name: string, body: unknown): void => {
    const thrown = throwsIn(body)
    if (thrown.length > 0) found.set(name, thrown)
  }
  for (const statement of program.body as unknown as readonly SyntaxNode[]) {
    const declaration = (statement['declaration'] ?? statement) as SyntaxNode | null
    const name = String((declaration?.['id'] as SyntaxNode | null | undefined)?.['name'])
    if (declaration?.type === 'FunctionDeclaration') note(name, declaration['body'])
    if (declaration?.type !== 'ClassDeclaration') continue
    for (const member of (declaration['body'] as SyntaxNode)['body'] as readonly SyntaxNode[]) {
      if (member.type !== 'MethodDefinition') continue
      const key = String((member['key'] as { readonly name?: string }).name)
      note(`${name}.${key}`, (member['value'] as SyntaxNode)['body'])
    }
  }
  return found
}

/** The throws of a body, without those of functions inside it; what was caught and goes on counts as none. */
function throwsIn(node: unknown): readonly ThrownError[] {
  if (Array.isArray(node)) return node.flatMap(throwsIn)
  if (typeof node !== 'object' || node === null) return []
  const { type, argument } = node as { type?: string; argument?: SyntaxNode }
  if (type !== undefined && /Function|ClassBody/.test(type)) return []
  if (type === 'ThrowStatement' && argument !== undefined) {
    if (argument.type !== 'NewExpression')
      return argument.type === 'CallExpression' ? [{ type: undefined, code: undefined }] : []
    const [first] = argument['arguments'] as readonly SyntaxNode[]
    const value = first?.type === 'Literal' ? first['value'] : undefined
    const code = typeof value === 'string' && /^[A-Z][A-Z0-9_]+$/.test(value) ? value : undefined
    return [{ type: String((argument['callee'] as SyntaxNode)['name']), code }]
  }
  return Object.values(node).flatMap(throwsIn)
}
