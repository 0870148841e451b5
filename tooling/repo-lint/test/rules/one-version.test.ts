import { describe, expect, it } from 'vitest'
import { oneVersion } from '../../src/rules/one-version.ts'
import { madeUpManifest, madeUpRepo } from '../made-up-repo.ts'

describe('oneVersion', () => {
  it('refuses a package that went ahead', () => {
    const manifest = madeUpManifest('packages/producer', { version: '1.1.0' })
    expect(oneVersion(madeUpRepo({ 'packages/producer/package.json': manifest }))).toHaveLength(1)
  })

  it('leaves apps and tools out, which are never released', () => {
    const manifest = madeUpManifest('apps/demo', { version: '0.0.0' })
    expect(oneVersion(madeUpRepo({ 'apps/demo/package.json': manifest }))).toEqual([])
  })
})
