import { describe, expect, it } from 'vitest'
import { noForeignPlaces } from '../../src/rules/no-foreign-places.ts'
import { madeUpRepo } from '../made-up-repo.ts'

const containing = (text: string): readonly { readonly line?: number; readonly message: string }[] =>
  noForeignPlaces(madeUpRepo({ 'docs/a.md': text }))
/** Put together here, so that this file names none of them itself. */
const folder = (...parts: readonly string[]): string => ['', ...parts].join('/')
const host = (...parts: readonly string[]): string => parts.join('.')

describe('noForeignPlaces', () => {
  it.each([
    folder('home', 'someone', 'x'),
    folder('Users', 'someone'),
    folder('root', '.cache'),
    'C:\\Users' + '\\x',
  ])('refuses the home folder %s', (path) => {
    expect(containing(`first\nsee ${path}`)).toMatchObject([{ line: 2 }])
  })

  it('accepts paths of other things that look alike', () => {
    expect(containing('https://example.org/home/page and src/root/index.ts')).toEqual([])
  })

  it.each([
    host('registry', 'npmjs', 'org'),
    host('proxy', 'golang', 'org'),
    host('repo1', 'maven', 'org'),
    host('repo', 'maven', 'apache', 'org'),
    host('unpkg', 'com'),
  ])('refuses the registry %s', (name) => {
    expect(containing(`https://${name}/x`)).toHaveLength(1)
  })

  it('reads no binary file', () => {
    expect(containing(`\0${folder('home', 'someone')}`)).toEqual([])
  })
})
