import { describe, expect, it } from 'vitest'
import { checkSchemas } from './check-schemas.ts'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

const narrow = { id: 'string' }
const wide = { id: 'string', phone: 'string' }

/** `Order` moves to another file, breaks on the way, and a new type takes the file that it had. */
function createSwap(): GitRepository {
  const repository = createGitRepository()
  repository.write({ 'schemas/order.avsc': record('Order', narrow) })
  repository.commit('first')
  repository.write({
    'schemas/order.avsc': record('OrderV2', { sum: 'long' }),
    'schemas/order-v1.avsc': record('Order', wide),
  })
  return repository
}

describe.each(['git:main', 'git-log:main'])('headwater schemas check: what a schema was in %s', (against) => {
  // The type counted as new, so that its break passed, and the new type as what it had become.
  it('follows a type whose file another type has taken', async () => {
    using repository = createSwap()
    const { exitCode, results, rules } = await checkSchemas(repository, ['--against', against])
    expect(results.map(({ subject, status }) => [subject, status])).toEqual([
      ['shop.Order', 'changed'],
      ['shop.OrderV2', 'added'],
    ])
    expect([exitCode, rules]).toEqual([1, ['field-no-default']])
  })

  it('follows the file where the subject is that of the file', async () => {
    using repository = createSwap()
    repository.write({ 'headwater.schemas.yaml': 'version: 1\nsubjects: { strategy: file }\n' })
    const { results, rules } = await checkSchemas(repository, ['--against', against])
    expect(results.map(({ subject, status }) => [subject, status])).toEqual([
      ['schemas/order-v1', 'added'],
      ['schemas/order', 'changed'],
    ])
    expect(rules).toContain('type-renamed')
  })
})

describe('headwater schemas check: against git-log, a schema that was away for a while', () => {
  async function check(strategy: string): Promise<readonly [number, readonly unknown[]]> {
    using repository = createGitRepository()
    repository.write({
      'headwater.schemas.yaml': `version: 1\nsubjects: { strategy: ${strategy} }\n`,
      'schemas/order.avsc': record('Order', narrow),
      'schemas/reused.avsc': record('Before', narrow),
      'schemas/kept.avsc': record('Kept', narrow),
    })
    repository.commit('first')
    repository.write({ 'schemas/order.avsc': null, 'schemas/reused.avsc': null })
    repository.commit('removed')
    repository.write({
      'schemas/order.avsc': record('Order', wide),
      'schemas/reused.avsc': record('After', wide),
    })
    const { exitCode, results } = await checkSchemas(repository, ['--against', 'git-log:main'])
    return [exitCode, results.map(({ subject, status }) => [subject, status])]
  }

  it('is compared with what it had been, which a registry still holds', async () => {
    expect(await check('record')).toEqual([
      1,
      [
        ['shop.Kept', 'unchanged'],
        ['shop.Order', 'changed'],
        ['shop.After', 'added'],
      ],
    ])
  })

  it('is compared with another type where the subject is that of the file', async () => {
    expect(await check('file')).toEqual([
      1,
      [
        ['schemas/kept', 'unchanged'],
        ['schemas/order', 'changed'],
        ['schemas/reused', 'changed'],
      ],
    ])
  })
})
