import { describe, expect, it } from 'vitest'
import { frontDoors } from '../../src/rules/front-doors.ts'
import { madeUpRepo } from '../made-up-repo.ts'

const importing = (specifier: string): readonly { readonly message: string }[] =>
  frontDoors(madeUpRepo({ 'packages/producer/src/one.ts': `import '${specifier}'` }))

describe('frontDoors', () => {
  it('lets a package in by the doors that it names', () => {
    expect(importing('@headwater/protocol')).toEqual([])
    expect(importing('@headwater/protocol/package.json')).toEqual([])
    expect(importing('./link/open-link.ts')).toEqual([])
  })

  it('refuses a path into another package', () => {
    expect(importing('@headwater/protocol/src/crc32c.ts')).toHaveLength(1)
    expect(importing('../../protocol/src/crc32c.ts')).toHaveLength(1)
  })

  it('is not fooled by a neighbour whose name begins alike', () => {
    expect(importing('../../producer-two/src/one.ts')).toHaveLength(1)
  })

  it('refuses a package that does not exist', () => {
    expect(importing('@headwater/attic')).toHaveLength(1)
  })
})
