import { describe, expect, it } from 'vitest'
import { floorManifests } from '../../src/rules/floor-manifests.ts'
import { madeUpManifest, madeUpRepo } from '../made-up-repo.ts'

const withProtocol = (changes: object): ReturnType<typeof madeUpRepo> =>
  madeUpRepo({ 'packages/protocol/package.json': madeUpManifest('packages/protocol', changes) })
const fields = (repo: ReturnType<typeof madeUpRepo>): readonly string[] =>
  floorManifests(repo).map((each) => each.message.split(' ')[0] ?? '')

describe('floorManifests', () => {
  it('refuses a dependency that the table does not allow, whatever the field', () => {
    const up = { '@headwater/producer': 'workspace:*' }
    expect(fields(withProtocol({ dependencies: up }))).toEqual(['dependencies'])
    expect(fields(withProtocol({ devDependencies: up }))).toEqual(['devDependencies'])
    expect(fields(withProtocol({ peerDependencies: up }))).toEqual(['peerDependencies'])
    expect(fields(withProtocol({ optionalDependencies: up }))).toEqual(['optionalDependencies'])
  })

  it('lets the embedded Kafka in for tests alone', () => {
    const embedded = { '@headwater/embedded': 'workspace:*' }
    expect(fields(withProtocol({ devDependencies: embedded }))).toEqual([])
    expect(fields(withProtocol({ dependencies: embedded }))).toEqual(['dependencies'])
  })

  it('leaves other people’s packages to others', () => {
    expect(fields(withProtocol({ dependencies: { lz4js: 'catalog:' } }))).toEqual([])
  })

  it('keeps base without any dependency', () => {
    const manifest = madeUpManifest('packages/base', { dependencies: { zod: 'catalog:' } })
    expect(floorManifests(madeUpRepo({ 'packages/base/package.json': manifest }))).toHaveLength(1)
  })
})
