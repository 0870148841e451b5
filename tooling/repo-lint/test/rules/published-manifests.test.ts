import { describe, expect, it } from 'vitest'
import { publishedManifests } from '../../src/rules/published-manifests.ts'
import { madeUpManifest, madeUpRepo } from '../made-up-repo.ts'

const messages = (changes: object): readonly string[] =>
  publishedManifests(
    madeUpRepo({ 'packages/base/package.json': madeUpManifest('packages/base', changes) }),
  ).map((each) => each.message)

describe('publishedManifests', () => {
  it.each<[string, object]>([
    ['name', { name: '@headwater/ground' }],
    ['description', { description: '' }],
    ['license', { license: 'MIT' }],
    ['type', { type: 'commonjs' }],
    ['sideEffects', { sideEffects: undefined }],
    ['engines.node', { engines: { node: '>=20' } }],
    ['repository.directory', { repository: { directory: 'packages/other' } }],
    ['files', { files: ['schemas'] }],
    ['files', { files: ['dist', 'src'] }],
    ['publishConfig.bin', { bin: { headwater: './src/main.ts' } }],
  ])('refuses a wrong %s', (field, changes) => {
    expect(messages(changes)).toHaveLength(1)
    expect(messages(changes)[0]).toContain(field)
  })

  it('accepts a package without a scope where npm create looks for it, and nowhere else', () => {
    const named = (folder: string, name: string): readonly string[] =>
      publishedManifests(
        madeUpRepo({
          [`${folder}/package.json`]: madeUpManifest(folder, { name }),
          [`${folder}/README.md`]: '# Things',
        }),
      ).map((each) => each.message)
    expect(named('packages/create-things', 'create-things')).toEqual([])
    expect(named('packages/things', 'things')).toEqual(['name is not @headwater/things, after its folder'])
  })

  it('refuses built doors that are not the doors of the source', () => {
    const exports = { '.': './src/index.ts', './testing': './src/testing.ts' }
    expect(messages({ exports })).toEqual(['publishConfig.exports does not mirror exports'])
    const built = { '.': { default: './dist/index.js', types: './dist/index.d.ts' } }
    expect(
      messages({ exports: { '.': './src/index.ts' }, publishConfig: { access: 'public', exports: built } }),
    ).toEqual(['publishConfig.exports does not mirror exports'])
  })

  it('accepts a command whose built file is its source’s', () => {
    const built = JSON.parse(madeUpManifest('packages/base')).publishConfig
    const bin = { headwater: './dist/main.js' }
    expect(messages({ bin: { headwater: './src/main.ts' }, publishConfig: { ...built, bin } })).toEqual([])
  })

  it('refuses a package without README and a repository without LICENSE', () => {
    expect(publishedManifests(madeUpRepo({ 'packages/base/README.md': undefined }))).toHaveLength(1)
    expect(publishedManifests(madeUpRepo({ LICENSE: undefined }))).toHaveLength(1)
  })

  it('asks nothing of private packages', () => {
    const repo = madeUpRepo({ 'packages/base/package.json': JSON.stringify({ private: true }) })
    expect(publishedManifests(repo)).toEqual([])
  })
})
