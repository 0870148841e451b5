import { describe, expect, it } from 'vitest'
import { namedExports } from '../../src/rules/named-exports.ts'
import { madeUpRepo } from '../made-up-repo.ts'

describe('namedExports', () => {
  it('refuses a default export outside a config file', () => {
    const text = 'export default 1'
    expect(namedExports(madeUpRepo({ 'packages/base/src/one.ts': text }))).toHaveLength(1)
    expect(namedExports(madeUpRepo({ 'packages/base/test/vitest.config.ts': text }))).toEqual([])
  })

  it('refuses a door that exports whatever is behind it', () => {
    expect(
      namedExports(madeUpRepo({ 'packages/base/src/index.ts': "export * from './one.ts'" })),
    ).toHaveLength(1)
    expect(
      namedExports(madeUpRepo({ 'packages/base/src/index.ts': "export * as one from './one.ts'" })),
    ).toEqual([])
  })
})
