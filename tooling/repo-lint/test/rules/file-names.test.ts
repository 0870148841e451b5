import { describe, expect, it } from 'vitest'
import { fileNames } from '../../src/rules/file-names.ts'
import { madeUpRepo } from '../made-up-repo.ts'

const naming = (path: string): readonly { readonly message: string }[] =>
  fileNames(madeUpRepo({ [path]: '' }))

describe('fileNames', () => {
  it.each(['utils', 'util', 'common', 'helpers', 'helper', 'misc', 'types', 'lib'])(
    'refuses %s as a file and as a folder',
    (name) => {
      expect(naming(`packages/base/src/${name}.ts`)).toHaveLength(1)
      expect(naming(`packages/base/src/${name}/one.ts`)).toHaveLength(1)
      expect(naming(`packages/base/test/${name}.test.ts`)).toHaveLength(1)
    },
  )

  it('refuses what is not kebab-case', () => {
    expect(naming('packages/base/src/openLink.ts')).toHaveLength(1)
    expect(naming('packages/base/src/open_link.ts')).toHaveLength(1)
    expect(naming('packages/Base/src/open-link.ts')).toHaveLength(1)
  })

  it('accepts what tools and customs name, numbered handlers, and any sample', () => {
    expect(naming('packages/embedded/src/handlers/00-produce.ts')).toEqual([])
    expect(naming('packages/base/CHANGELOG.md')).toEqual([])
    expect(naming('.github/workflows/ci.yml')).toEqual([])
    expect(naming('tooling/kafka/CompareSchemas.java')).toEqual([])
    expect(naming('tooling/check/main_test.go')).toEqual([])
    expect(naming('observability/alerts_test.yml')).toEqual([])
    expect(naming('schemas/.history/shop.Order/0001.avsc')).toEqual([])
    expect(naming('packages/base/test/fixtures/Some Mail.eml')).toEqual([])
  })
})
