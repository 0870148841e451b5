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
      const calls: LogCall[] = []
      visit(parseSync(file, text).program as unknown as Syntax, (node) => {
        const level = levelOf(node)
        if (level === undefined) return
        const message = (node['arguments'] as readonly Syntax[])[1]
        calls.push({ file, level, messages: message === undefined ? [] : textsOf(message) })
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

function textsOf(node: Syntax): readonly string[] {
  if (node.type === 'Literal' && typeof node['value'] === 'string') return [node['value']]
  if (node.type !== 'ConditionalExpression') return []
  return [...textsOf(node['consequent'] as Syntax), ...textsOf(node['alternate'] as Syntax)]
}

function visit(node: Syntax, see: (node: Syntax) => void): void {
  see(node)
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof each === 'object' && each !== null && 'type' in each) visit(each as Syntax, see)
    }
  }
}
