import { describe, expect, it } from 'vitest'
import { liveLinks } from '../../src/rules/live-links.ts'
import { madeUpRepo } from '../made-up-repo.ts'

const linking = (target: string): readonly { readonly line?: number }[] =>
  liveLinks(madeUpRepo({ 'packages/base/README.md': `One line.\n\nSee [there](${target}).` }))

describe('liveLinks', () => {
  it('refuses a link to a file that is not there', () => {
    expect(linking('DESIGN.md')).toMatchObject([{ line: 3 }])
    expect(linking('../../DESIGN.md#floors')).toHaveLength(1)
  })

  it('accepts files, folders, places in the same file, and the world outside', () => {
    expect(linking('../protocol/README.md')).toEqual([])
    expect(linking('../protocol/src/')).toEqual([])
    expect(linking('../..')).toEqual([])
    expect(linking('#errors')).toEqual([])
    expect(linking('https://example.org/x')).toEqual([])
  })
})
