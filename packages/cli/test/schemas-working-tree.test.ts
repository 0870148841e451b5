import { describe, expect, it } from 'vitest'
import { checkSchemas } from './check-schemas.ts'
import { createGitRepository, record } from './git-repository.ts'

const order = record('Order', { id: 'string' })

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
})
