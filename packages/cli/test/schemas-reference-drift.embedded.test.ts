import { startRegistry } from '@headwater/embedded'
import { createRegistry } from '@headwater/schemas'
import { describe, expect, it } from 'vitest'
import { createGitRepository, record } from './git-repository.ts'

describe('headwater schemas check: reference-drift', () => {
  it('says when a shared type here is another one than the version in the registry was made with', async () => {
    await using server = await startRegistry()
    const registry = createRegistry({ url: server.url })
    const money = record('Money', { amount: 'long' })
    const order = record('Order', { total: 'Money' })
    await registry.register('shop.Money', { schema: money })
    const references = [{ name: 'shop.Money', subject: 'shop.Money', version: 1 }]
    await registry.register('shop.Order', { schema: order, references })
    using repository = createGitRepository()
    repository.write({ 'schemas/money.avsc': money, 'schemas/order.avsc': order })
    const check = async (): Promise<unknown[]> => {
      const args = ['check', '--against', `registry:${server.url}`, '--format', 'json']
      const { results } = JSON.parse((await repository.schemas(args)).out) as {
        results: { subject: string; findings: { ruleId: string; message: string }[] }[]
      }
      return results.flatMap(({ subject, findings }) => findings.map((finding) => ({ subject, ...finding })))
    }
    expect(await check()).toEqual([])
    const wide = {
      ...money,
      fields: [
        { name: 'amount', type: 'long' },
        { name: 'unit', type: 'string', default: 'EUR' },
      ],
    }
    repository.write({ 'schemas/money.avsc': wide })
    expect(await check()).toEqual([
      expect.objectContaining({
        subject: 'shop.Order',
        ruleId: 'reference-drift',
        severity: 'warning',
        versions: ['v1'],
        location: expect.objectContaining({ file: 'schemas/money.avsc' }) as unknown,
        baseLocation: expect.objectContaining({
          file: `${server.url}/subjects/shop.Money/versions/1`,
        }) as unknown,
      }),
    ])
  })
})
