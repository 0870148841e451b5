import { describe, expect, it } from 'vitest'
import { pinnedDependencies } from '../../src/rules/pinned-dependencies.ts'
import { madeUpManifest, madeUpRepo } from '../made-up-repo.ts'

const declaring = (changes: object): readonly { readonly message: string }[] =>
  pinnedDependencies(madeUpRepo({ 'packages/base/package.json': madeUpManifest('packages/base', changes) }))

describe('pinnedDependencies', () => {
  it('refuses a version outside the catalog', () => {
    expect(declaring({ dependencies: { zod: '4.6.7' } })).toHaveLength(1)
    expect(declaring({ devDependencies: { zod: '^4.6.7' } })).toHaveLength(1)
    expect(declaring({ dependencies: { '@headwater/protocol': '1.0.0' } })).toHaveLength(1)
  })

  it('lets a peer dependency state the range that a user may bring', () => {
    expect(declaring({ peerDependencies: { 'prom-client': '^15.1.0' } })).toEqual([])
    expect(declaring({ peerDependencies: { 'prom-client': '15.1.0' } })).toHaveLength(1)
  })
})
