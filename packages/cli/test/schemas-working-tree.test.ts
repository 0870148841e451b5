import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkSchemas } from './check-schemas.ts'
import { createGitRepository, record } from './git-repository.ts'

const order = record('Order', { id: 'string' })
const broken = record('Order', { id: 'string', phone: 'string' })

const main = ['--against', 'git:main'] as const

describe('headwater schemas check: what a working tree is made of', () => {
  it('takes a schema whose line ends a checkout has changed for unchanged', async () => {
    using repository = createGitRepository()
    repository.write({ 'schemas/order.avsc': order, 'schemas/cart.avsc': record('Cart', { order: 'Order' }) })
    repository.commit('first')
    repository.write({
      'schemas/order.avsc': JSON.stringify(order, null, 2).replaceAll('\n', '\r\n') + '\r\n',
    })
    const { results } = await checkSchemas(repository, main)
    expect(results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged'])
  })

  it('compares a symbolic link with what it led to', async () => {
    using repository = createGitRepository()
    repository.write({ 'service/README.md': '', 'shared/order.avsc': order })
    mkdirSync(join(repository.folder, 'service/schemas'))
    for (const [name, target] of [
      ['order', '../../shared/order.avsc'],
      ['away', '/nonexistent/outside'],
      ['nowhere', 'nowhere'],
    ] as const) {
      symlinkSync(target, join(repository.folder, `service/schemas/${name}.avsc`))
    }
    repository.commit('first')
    repository.write({ 'shared/order.avsc': broken })
    const file = 'schemas/order.avsc'
    const service = createGitRepository(join(repository.folder, 'service'))
    const { exitCode, results } = await checkSchemas(service, [file, ...main])
    expect(exitCode).toBe(1)
    expect(results).toEqual([expect.objectContaining({ file, status: 'changed' })])
    const log = await checkSchemas(service, [file, '--against', 'git-log:main'])
    expect(log.exitCode).toBe(1)
  })

  it.each(['git:main', 'git-log:main'])(
    'ends with 2 for schemas beside the folder, which %s cannot see',
    async (against) => {
      using repository = createGitRepository()
      repository.write({ 'service/README.md': '', 'shared/order.avsc': order })
      repository.commit('first')
      repository.write({ 'shared/order.avsc': broken })
      const service = createGitRepository(join(repository.folder, 'service'))
      const { exitCode, problems } = await checkSchemas(service, ['../shared', '--against', against])
      expect([exitCode, problems[0]!.message]).toEqual([2, expect.stringContaining('../shared/order.avsc')])
    },
  )

  // A folder that a web framework calls so was taken for a pattern that nothing matches, by init, too.
  it('takes names with the signs of patterns in them as they are', async () => {
    using repository = createGitRepository()
    const folders = ['app/[id]', 'app/(group)', 'app/{a,b}', 'app/+(x)']
    const files = folders.map((folder) => `${folder}/order.avsc`)
    repository.write(Object.fromEntries(files.map((file, at) => [file, record(`R${at}`, { id: 'int' })])))
    repository.write({ 'app/i/order.avsc': record('Other', { id: 'int' }) })
    await repository.schemas(['init'])
    repository.commit('first')
    repository.write(Object.fromEntries(files.map((file, at) => [file, record(`R${at}`, { id: 'string' })])))
    for (const paths of [[], folders, files]) {
      const { results, problems } = await checkSchemas(repository, [...paths, ...main])
      expect(problems).toEqual([])
      expect(results.flatMap(({ file, status }) => (status === 'changed' ? file : [])).toSorted()).toEqual(
        files.toSorted(),
      )
    }
    const alone = await checkSchemas(repository, ['app/[id]/order.avsc', ...main])
    expect(alone.results.map(({ file }) => file)).toEqual(['app/[id]/order.avsc'])
  })

  it.each(['', '/', '/schemas', '/schemas/', '/schemas/order.avsc', '/schemas/*.avsc'])(
    'takes the whole path of the folder%s, as a hook gives it',
    async (path) => {
      using repository = createGitRepository()
      repository.write({ 'schemas/order.avsc': order })
      repository.commit('first')
      repository.write({ 'schemas/order.avsc': broken })
      const { rules } = await checkSchemas(repository, [repository.folder + path, ...main])
      expect(rules).toEqual(['field-no-default'])
    },
  )
})
