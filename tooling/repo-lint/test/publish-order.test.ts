import { describe, expect, it } from 'vitest'
import { publishOrder } from '../src/publish-order.ts'
import { madeUpManifest, madeUpRepo } from './made-up-repo.ts'

const packages = (needs: Readonly<Record<string, readonly string[]>>) =>
  madeUpRepo(
    Object.fromEntries(
      Object.entries(needs).map(([room, others]) => {
        const dependencies = Object.fromEntries(others.map((other) => [`@headwater/${other}`, 'workspace:*']))
        return [`packages/${room}/package.json`, madeUpManifest(`packages/${room}`, { dependencies })]
      }),
    ),
  ).packages

describe('publishOrder', () => {
  it('puts every package behind those that it needs', () => {
    const order = publishOrder(
      packages({ events: ['producer', 'base'], producer: ['base'], base: [], cli: ['events'] }),
    )
    const rooms = order.map(({ room }) => room).filter((room) => room !== 'protocol')
    expect(rooms).toEqual(['base', 'producer', 'events', 'cli'])
  })

  it('refuses packages that need each other', () => {
    expect(() => publishOrder(packages({ a: ['b'], b: ['a'] }))).toThrow(
      'packages/a needs packages/b needs packages/a',
    )
  })
})
