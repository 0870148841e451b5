import { parseSync } from 'oxc-parser'
import { describe, expect, it } from 'vitest'
import { tapLogCalls, type SyntaxNode } from '../src/tap-log-calls.ts'
import { tapName } from '../src/tap-name.ts'

const parse = (code: string): SyntaxNode => parseSync('a.js', code).program as unknown as SyntaxNode
const tap = (code: string) => tapLogCalls(code, 'packages/a/src/b.ts', parse)
const told = (level: string, args: string): string =>
  `...globalThis[Symbol.for("${tapName}")]("${level}","packages/a/src/b.ts",[${args}])`

describe('tapLogCalls', () => {
  it.each([
    ["logger.warn({ a: 1 }, 'said')", `logger.warn(${told('warn', "{ a: 1 }, 'said'")})`],
    ["parts.logger.error({}, f('(x)'))", `parts.logger.error(${told('error', "{}, f('(x)')")})`],
    [
      'class A { #logger; f() { this.#logger.info(a, b) } }',
      `class A { #logger; f() { this.#logger.info(${told('info', 'a, b')}) } }`,
    ],
    ['options.logger?.debug(a, b)', `options.logger?.debug(${told('debug', 'a, b')})`],
    ['logger[level](a, b)', `logger[level](${told('computed', 'a, b')})`],
  ])('tells the tap of %s', (code, tapped) => {
    expect(tap(code)).toBe(tapped)
  })

  it('tells of calls within calls, and keeps every line where it is', () => {
    const code = "logger.info({ a: run(() => {\n  logger.debug({}, 'inner')\n}) }, 'outer')"
    const heard: unknown[] = []
    const lines: unknown[] = []
    Object.assign(globalThis, { [Symbol.for('log-scan.test')]: { heard, lines } })
    const tapped = tap(code)?.replaceAll(tapName, 'log-scan.test.tap') ?? ''
    Object.assign(globalThis, {
      [Symbol.for('log-scan.test.tap')]: (level: string, _source: string, args: unknown[]) => {
        heard.push([level, args.at(-1)])
        return args
      },
    })
    const logger = {
      info: (...args: unknown[]) => lines.push(args),
      debug: (...args: unknown[]) => lines.push(args),
    }
    // oxlint-disable-next-line typescript/no-implied-eval -- what was woven in must run, not only look right
    new Function('logger', 'run', tapped)(logger, (f: () => void) => f())
    expect(heard).toEqual([
      ['debug', 'inner'],
      ['info', 'outer'],
    ])
    expect(lines).toEqual([
      [{}, 'inner'],
      [{ a: undefined }, 'outer'],
    ])
    expect(tapped.split('\n')).toHaveLength(code.split('\n').length)
  })

  it.each(['toLogger.warn(a)', 'logger.child({})', 'logger.warn()', "console.warn('x')", 'const logger = 1'])(
    'leaves %s as it is',
    (code) => {
      expect(tap(code)).toBeUndefined()
    },
  )
})
