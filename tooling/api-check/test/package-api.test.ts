import { describe, expect, it } from 'vitest'
import { formatApi } from '../src/format-api.ts'
import { madeUpDoor } from './made-up-package.ts'

const names = (symbols: readonly { readonly name: string }[]): readonly string[] =>
  symbols.map(({ name }) => name)

describe('collectDoor', () => {
  it('follows what a door hands on, through files and new names', () => {
    const door = madeUpDoor({
      'index.d.ts': `export { one as first } from './a.ts'\nexport type { Two } from './b/c.ts'\nexport { Clock } from '@headwater/base'`,
      'a.d.ts': `export { one } from './b/c.ts'`,
      'b/c.d.ts': `export declare function one(): void\nexport interface Two { readonly a: number }`,
    })
    expect(names(door.exported)).toEqual(['Two', 'first'])
    expect(door.handedOn).toEqual([{ name: 'Clock', from: '@headwater/base' }])
  })

  it('finds the types behind what is exported, and no others', () => {
    const door = madeUpDoor({
      'index.d.ts': `import type { Deep } from './deep.ts'
interface Hidden<T> extends Base { readonly deep: Deep; readonly t: T }
interface Base { readonly other: import('./deep.ts').Other }
interface Unused { readonly x: number }
export declare const make: (options: Hidden<string>) => typeof table
declare const table: readonly string[]`,
      'deep.d.ts': `export type Deep = 'a' | 'b'\nexport type Other = Deep\nexport type More = number`,
    })
    expect(names(door.behind)).toEqual(['Base', 'Deep', 'Hidden', 'Other', 'table'])
  })

  it('leaves out how a class is made where it can only be named', () => {
    const text = `interface Parts { readonly a: number }
export declare class Broker { #private; constructor(parts: Parts); stop(): void }`
    const made = madeUpDoor({ 'index.d.ts': text })
    const named = madeUpDoor({ 'index.d.ts': `export type { Broker } from './b.ts'`, 'b.d.ts': text })
    expect(names(made.behind)).toEqual(['Parts'])
    expect(names(named.behind)).toEqual([])
    expect(formatApi('x', [named])).not.toContain('constructor')
  })

  it('gives the same text whatever the order, the comments and the files are', () => {
    const one = madeUpDoor({
      'index.d.ts': `/** A. */\nexport interface A {\n  /** B. */\n  readonly b: C\n}\nexport type C = 1 | 2`,
    })
    const other = madeUpDoor({
      'index.d.ts': `export { type C } from './c.ts'\nexport type { A } from './a.ts'`,
      'a.d.ts': `import type { C } from './c.ts'\nexport interface A {\n  readonly b: C\n}`,
      'c.d.ts': `export type C = 1 | 2 // both`,
    })
    expect(formatApi('x', [other])).toBe(formatApi('x', [one]))
  })
})
