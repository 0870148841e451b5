import { describe, expect, it } from 'vitest'
import { checkDependencies, type Policy } from '../src/supply-chain/check-dependencies.ts'
import { madeUpTree } from './made-up-tree.ts'

const policy: Policy = { licences: ['MIT'], statedElsewhere: {}, installScripts: {} }

describe('checkDependencies', () => {
  it('says nothing about what is allowed', () => {
    expect(checkDependencies(madeUpTree(), policy)).toEqual([])
  })

  it.each(['GPL-3.0-only', 'unknown', 'MIT AND GPL-3.0-only', '(MIT OR ISC) AND GPL-3.0-only'])(
    'refuses the licence %s',
    (licence) => {
      const [found] = checkDependencies(madeUpTree({ licence }), policy)
      expect(found).toContain(`@some/one@1.2.3 has the licence ${licence}`)
      expect(found).toContain('@headwater/base')
    },
  )

  it('takes a licence of which one side is allowed', () => {
    expect(checkDependencies(madeUpTree({ licence: '(GPL-3.0-only OR MIT)' }), policy)).toEqual([])
  })

  it('refuses an install script without a reason, and takes one with', () => {
    const tree = madeUpTree({ installScripts: ['postinstall'] })
    expect(checkDependencies(tree, policy)).toEqual([expect.stringContaining('runs postinstall')])
    expect(checkDependencies(tree, { ...policy, installScripts: { '@some/one': 'a reason' } })).toEqual([])
  })

  it.each([undefined, 'sha1-AAEC'])('refuses a tarball of which the lockfile holds %s', (integrity) => {
    expect(checkDependencies(madeUpTree({ integrity }), policy)).toEqual([
      expect.stringContaining('no sha512'),
    ])
  })

  it.each<[string, Partial<Policy>]>([
    ['licence', { licences: ['MIT', 'ISC'] }],
    ['install script', { installScripts: { '@some/one': 'a reason' } }],
    ['statement', { statedElsewhere: { gone: { licence: 'MIT', where: 'its README' } } }],
  ])('refuses a %s that is allowed in vain', (_, changes) => {
    expect(checkDependencies(madeUpTree(), { ...policy, ...changes })).toEqual([
      expect.stringContaining('take it out'),
    ])
  })
})
