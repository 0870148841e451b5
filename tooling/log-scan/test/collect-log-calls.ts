import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'

/** One log call in a source. */
export interface LogCall {
  /** Such as `packages/channels/src/webhook/take-webhook.ts`. */
  readonly file: string
  readonly level: string
  /** Every message that it may have; empty where it is put together at run time. */
  readonly messages: readonly string[]
}

interface Syntax {
  readonly type: string
  readonly [property: string]: unknown
}

/** The log calls in the sources of all packages and apps below `root`. */
export function collectLogCalls(root: string): readonly LogCall[] {
  return globSync('{packages,apps}/*/src/**/*.ts', { cwd: root })
    .toSorted()
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      if (!/logger\s*\??\./.test(text)) return []
      const program = parseSync(file, text).program as unknown as Syntax
      const calls: LogCall[] = []
      visit(program, program, (node, scope) => {
        const level = levelOf(node)
        if (level === undefined) return
        const message = (node['arguments'] as readonly Syntax[])[1]
        calls.push({ file, level, messages: message === undefined ? [] : textsOf(message, scope) })
      })
      return calls
    })
}

function levelOf(node: Syntax): string | undefined {
  if (node.type !== 'CallExpression') return undefined
  const { object, property } = node['callee'] as { readonly object?: Syntax; readonly property?: Syntax }
  const owner = object?.type === 'MemberExpression' ? (object['property'] as Syntax) : object
  const level = property?.['name']
  if (owner?.['name'] !== 'logger' || typeof level !== 'string') return undefined
  return ['debug', 'info', 'warn', 'error'].includes(level) ? level : undefined
}

/** Of a literal, of both sides of a condition, and of a name what the function's constants of that name hold. */
function textsOf(node: Syntax, scope: Syntax): readonly string[] {
  if (node.type === 'Literal' && typeof node['value'] === 'string') return [node['value']]
  if (node.type === 'ConditionalExpression') {
    const sides = [node['consequent'], node['alternate']] as readonly Syntax[]
    return sides.flatMap((side) => textsOf(side, scope))
  }
  if (node.type !== 'Identifier') return []
  const texts: string[] = []
  visit(scope, scope, ({ type, id, init }) => {
    if (type !== 'VariableDeclarator' || (id as Syntax)['name'] !== node['name'] || !init) return
    if ((init as Syntax).type !== 'Identifier') texts.push(...textsOf(init as Syntax, scope))
  })
  return texts
}

/** Every node below, with the function that it is in. */
function visit(node: Syntax, scope: Syntax, see: (node: Syntax, scope: Syntax) => void): void {
  see(node, scope)
  const inner = node.type.includes('Function') ? node : scope
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof each === 'object' && each !== null && 'type' in each) visit(each as Syntax, inner, see)
    }
  }
}
