import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkDefaults } from '../src/doc-rules/default-as-in-code.ts'
import { hasSummary } from '../src/doc-rules/has-summary.ts'
import { hasUnit } from '../src/doc-rules/has-unit.ts'
import { namesErrors } from '../src/doc-rules/names-errors.ts'
import { sourceDefaults } from '../src/source-defaults.ts'
import { readThrownErrors } from '../src/thrown-errors.ts'
import { madeUpSymbol } from './made-up-package.ts'

/** A package on the disk, and its folder. */
function write(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'api-check-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

describe('hasSummary', () => {
  it('wants a sentence of every symbol and every option; tags alone are none', () => {
    const symbol = madeUpSymbol(
      `export interface SendOptions {\n  /** @defaultValue 5 */\n  readonly a?: number\n  /** How long. @defaultValue 5 */\n  readonly b?: number\n}`,
    )
    expect(hasSummary('x', symbol).map(({ symbol: name }) => name)).toEqual(['SendOptions', 'SendOptions.a'])
    expect(
      hasSummary('x', madeUpSymbol('/** A point. */\nexport interface Point { readonly x: number }')),
    ).toEqual([])
  })
})

describe('hasUnit', () => {
  it.each([
    ['lingerMs', '', true],
    ['maxBodyBytes', '', true],
    ['retries', '', true],
    ['port', '', true],
    ['linger', '', false],
    ['linger', 'Milliseconds that it waits.', true],
    ['batchSize', 'How large.', false],
  ])('of %s, documented as "%s": %s', (name, doc, holds) => {
    const symbol = madeUpSymbol(
      `export interface SendOptions {\n  /** ${doc} */\n  readonly ${name}?: number | undefined\n}`,
    )
    expect(hasUnit('x', symbol)).toHaveLength(holds ? 0 : 1)
  })
})

describe('checkDefaults', () => {
  const verdicts = (members: string, files: Readonly<Record<string, string>>) => {
    const root = write(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`p/src/${path}`, text])),
    )
    const symbol = madeUpSymbol(`export interface SendOptions {\n${members}\n}`)
    return checkDefaults(symbol, sourceDefaults(root, 'p')).map(({ symbol: name, verdict }) => [
      name.split('.')[1],
      verdict,
    ])
  }
  const member = (name: string, value: string): string =>
    `  /** X. @defaultValue ${value} */\n  readonly ${name}?: unknown\n`

  it.each([
    ['a destructured parameter', 'export function f({ a = 5 }: SendOptions) {}'],
    ['a missing value', 'export const f = (options: SendOptions) => options.a ?? 5'],
    ['the last of several', 'export const f = (o: SendOptions, p: SendOptions) => o.a ?? p.a ?? 5'],
    ['arithmetic of constants', 'const b = 2\nexport const f = (o: SendOptions) => o.a ?? b * 2 + 1'],
    ['a constant of defaults', 'export const sendDefaults = { a: 5 } as const'],
    ['a frozen constant of defaults', 'export const defaults = Object.freeze({ a: 5 })'],
    ['a table', 'const table = { a: { fallback: 5, least: 1 } }'],
    ['a schema', 'const schema = z.object({ a: z.number().default(5) })'],
    ['a parameter', 'function f(a: number = 5) {}'],
  ])('finds the default of %s', (_, code) => {
    expect(verdicts(member('a', '5'), { 'index.ts': code })).toEqual([['a', 'checked']])
    expect(verdicts(member('a', '6'), { 'index.ts': code })).toEqual([['a', 'wrong']])
  })

  it('finds constants that are imported, and booleans that are compared', () => {
    const files = {
      'index.ts': `import { usual } from './usual.ts'\nexport const f = (o: SendOptions) => [o.a ?? usual, o.b === true, o.c !== false]`,
      'usual.ts': 'export const usual = `x`',
    }
    const members = member('a', "`'x'`") + member('b', 'false') + member('c', '`true`')
    expect(verdicts(members, files)).toEqual([
      ['a', 'checked'],
      ['b', 'checked'],
      ['c', 'checked'],
    ])
  })

  it('believes the place that has most to do with the type', () => {
    const files = {
      'index.ts': 'export interface SendOptions {}',
      'send.ts':
        "import type { SendOptions } from './index.ts'\nexport function send({ a = 5 }: SendOptions) {}",
      'other/read.ts': 'export function read({ a = 7 }: ReadOptions) {}',
    }
    expect(verdicts(member('a', '7'), files)).toEqual([['a', 'wrong']])
  })

  it('tells sentences, and defaults that are computed, from wrong ones', () => {
    const members = member('a', 'what the broker says') + member('b', '5')
    expect(
      verdicts(members, { 'index.ts': 'export const f = (o: SendOptions) => o.b ?? compute()' }),
    ).toEqual([
      ['a', 'prose'],
      ['b', 'not-found'],
    ])
  })
})

describe('namesErrors', () => {
  const problems = (doc: string, body: string, declaration = 'function f(): void') => {
    const root = write({ 'index.ts': `export ${declaration} { ${body} }` })
    const symbol = madeUpSymbol(`/** Does. ${doc} */\nexport declare ${declaration};`)
    return namesErrors('x', symbol, readThrownErrors(join(root, 'index.ts'))).map(({ message }) => message)
  }

  it('wants what a function throws itself, by type or code', () => {
    const body = "throw new SendError('TOO_LARGE', 'x')"
    expect(problems('', body)).toEqual(['throws TOO_LARGE: say when, with @throws'])
    expect(problems('@throws SendError', body)).toEqual([])
    expect(problems('@throws `TOO_LARGE`', body)).toEqual([])
    expect(problems('@throws OtherError', body)).toHaveLength(1)
  })

  it('asks nothing for what is caught, or thrown by a function inside', () => {
    expect(problems('', 'try { g() } catch (thrown) { throw thrown }')).toEqual([])
    expect(problems('', 'return () => { throw new Error() }')).toEqual([])
  })

  it('looks at methods, and at the constructor of a class that can be made', () => {
    const root = write({
      'index.ts': `export class Log { constructor() { throw new RangeError('x') } read(): void { throw new TypeError('x') } }`,
    })
    const symbol = madeUpSymbol(
      '/** A log. */\nexport declare class Log { constructor(); /** Reads. */ read(): void }',
    )
    const found = namesErrors('x', symbol, readThrownErrors(join(root, 'index.ts')))
    expect(found.map(({ symbol: name }) => name)).toEqual(['Log.constructor', 'Log.read'])
  })
})
