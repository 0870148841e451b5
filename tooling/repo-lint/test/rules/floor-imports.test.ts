import { describe, expect, it } from 'vitest'
import { floorImports } from '../../src/rules/floor-imports.ts'
import { madeUpManifest, madeUpRepo, roomFiles } from '../made-up-repo.ts'

describe('floorImports', () => {
  it('refuses an import that goes up or sideways, type imports too', () => {
    const repo = madeUpRepo({
      'packages/protocol/src/one.ts': "import type { A } from '@headwater/producer'",
    })
    expect(floorImports(repo)).toEqual([
      {
        path: 'packages/protocol/src/one.ts',
        line: 1,
        message: 'imports @headwater/producer: protocol may not import it by the floor table',
      },
    ])
  })

  it('refuses a value where only types are allowed', () => {
    const files = { ...roomFiles('packages/metrics') }
    const types = { ...files, 'packages/metrics/src/one.ts': "import type { A } from '@headwater/producer'" }
    const values = { ...files, 'packages/metrics/src/one.ts': "import { a } from '@headwater/producer'" }
    const inTest = {
      ...files,
      'packages/metrics/test/one.test.ts': "import { a } from '@headwater/producer'",
    }
    expect(floorImports(madeUpRepo(types))).toEqual([])
    expect(floorImports(madeUpRepo(values))).toHaveLength(1)
    expect(floorImports(madeUpRepo(inTest))).toEqual([])
  })

  it('lets tests, but no source, use the embedded Kafka', () => {
    const text = "import { startKafka } from '@headwater/embedded'"
    expect(floorImports(madeUpRepo({ 'packages/producer/test/a.embedded.test.ts': text }))).toEqual([])
    expect(floorImports(madeUpRepo({ 'packages/producer/src/one.ts': text }))).toHaveLength(1)
  })

  it('refuses a package that has no row', () => {
    const repo = madeUpRepo({ 'packages/attic/package.json': madeUpManifest('packages/attic') })
    expect(floorImports(repo)[0]?.path).toBe('packages/attic')
  })
})
