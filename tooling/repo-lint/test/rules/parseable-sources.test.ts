import { describe, expect, it } from 'vitest'
import { parseableSources } from '../../src/rules/parseable-sources.ts'
import { madeUpRepo } from '../made-up-repo.ts'

describe('parseableSources', () => {
  it('refuses a source that the other rules could not read', () => {
    expect(parseableSources(madeUpRepo({ 'packages/base/src/one.ts': 'const = 1' }))[0]?.path).toBe(
      'packages/base/src/one.ts',
    )
  })
})
