import { describe, expect, it } from 'vitest'
import { testTiers } from '../../src/rules/test-tiers.ts'
import { madeUpRepo } from '../made-up-repo.ts'

const adding = (path: string, text = ''): readonly { readonly message: string }[] =>
  testTiers(madeUpRepo({ [path]: text }))

describe('testTiers', () => {
  it('refuses a tier that does not exist, which would run as a unit test', () => {
    expect(adding('packages/base/test/a.embeded.test.ts')).toHaveLength(1)
    expect(adding('packages/base/test/a.spec.ts')).toHaveLength(1)
    expect(adding('packages/base/test/a.kafka.test.ts')).toEqual([])
    expect(adding('packages/base/test/deep/a.embedded.test.ts')).toEqual([])
  })

  it('refuses a test outside test/, which nothing runs', () => {
    expect(adding('packages/base/src/a.test.ts')).toHaveLength(1)
  })

  it('refuses a unit test that starts the embedded Kafka', () => {
    const text = "import { startKafka } from '@headwater/embedded'"
    expect(adding('packages/producer/test/a.test.ts', text)).toHaveLength(1)
    expect(adding('packages/producer/test/a.embedded.test.ts', text)).toEqual([])
    expect(adding('packages/producer/test/a.test.ts', text.replace('import', 'import type'))).toEqual([])
  })
})
