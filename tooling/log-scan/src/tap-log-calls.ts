import { tapName } from './tap-name.ts'

/** A node of a syntax tree (ESTree); only what is looked at here is named. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [property: string]: unknown
}

const levels: ReadonlySet<string> = new Set(['debug', 'info', 'warn', 'error'])

/** A cheap look before a module is parsed. */
const mayLog = /logger\s*\??\.?\s*[.[]/

/**
 * The module with each of its log calls, `logger.warn(fields, message)`, told to the tap of the process before the
 * logger hears it. Whatever logger a test passes (none, a list, pino), its lines are seen. `undefined` where there is
 * nothing to do. Lines stay where they are.
 */
export function tapLogCalls(
  code: string,
  source: string,
  parse: (code: string) => SyntaxNode,
): string | undefined {
  if (!mayLog.test(code)) return undefined
  const inserts: (readonly [at: number, text: string])[] = []
  visit(parse(code), (node) => {
    const level = levelOf(node)
    const args = node['arguments'] as readonly SyntaxNode[] | undefined
    const [first] = args ?? []
    const last = args?.at(-1)
    if (level === undefined || first === undefined || last === undefined) return
    const tap = `...globalThis[Symbol.for(${JSON.stringify(tapName)})]`
    inserts.push([first.start, `${tap}(${JSON.stringify(level)},${JSON.stringify(source)},[`])
    inserts.push([last.end, '])'])
  })
  if (inserts.length === 0) return undefined
  let tapped = code
  for (const [at, text] of inserts.toSorted(([a], [b]) => b - a)) {
    tapped = tapped.slice(0, at) + text + tapped.slice(at)
  }
  return tapped
}

/** The level of a call of `logger`, `x.logger` or `this.#logger`; `undefined` for any other node. */
function levelOf({ type, callee }: SyntaxNode): string | undefined {
  if (type !== 'CallExpression') return undefined
  const { type: calleeType, object, property, computed } = callee as SyntaxNode
  if (calleeType !== 'MemberExpression' || lastName(object as SyntaxNode) !== 'logger') return undefined
  const name = (property as SyntaxNode)['name']
  if (computed === true) return 'computed'
  return typeof name === 'string' && levels.has(name) ? name : undefined
}

function lastName(node: SyntaxNode): unknown {
  return node.type === 'MemberExpression' ? (node['property'] as SyntaxNode)['name'] : node['name']
}

function visit(node: SyntaxNode, see: (node: SyntaxNode) => void): void {
  see(node)
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) if (isNode(each)) visit(each, see)
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}
