import { describe, expect, it } from 'vitest'
import { createRegistry } from '../src/index.ts'

/** A registry that lets schemas refer to each other in a circle, which none that means well does. */
const circle: typeof globalThis.fetch = async (input) => {
  const path = new URL(input as string).pathname
  const [, subject = 'a'] = /\/subjects\/(\w)\//.exec(path) ?? []
  const schema = JSON.stringify({ type: 'record', name: subject, fields: [] })
  const next = subject === 'a' ? 'b' : 'a'
  const references = [{ name: next, subject: next, version: 1 }]
  return Response.json({ subject, version: 1, id: 1, schema, references })
}

describe('createRegistry', () => {
  it.each([
    ['a version', (registry: ReturnType<typeof createRegistry>) => registry.version('a', 1)],
    ['the latest version', (registry: ReturnType<typeof createRegistry>) => registry.latest('a')],
    ['an id', (registry: ReturnType<typeof createRegistry>) => registry.schemaById(1)],
  ])('refuses references in a circle, asked for %s', async (_, ask) => {
    // The request for a schema waited for itself, and nobody ever got an answer.
    const registry = createRegistry({ url: 'http://registry.example', fetch: circle })
    await expect(ask(registry)).rejects.toMatchObject({
      code: 'REGISTRY_BAD_ANSWER',
      message: expect.stringContaining('in a circle'),
    })
  })

  it('refuses a circle that two calls come upon from both ends, and keeps nothing of it', async () => {
    // Each of the two requests waited for the other one, and so did every later call.
    const registry = createRegistry({ url: 'http://registry.example', fetch: circle })
    for (let round = 1; round <= 2; round++) {
      const both = await Promise.allSettled([registry.version('a', 1), registry.version('b', 1)])
      expect(both).toEqual([
        expect.objectContaining({ reason: expect.objectContaining({ code: 'REGISTRY_BAD_ANSWER' }) }),
        expect.objectContaining({ reason: expect.objectContaining({ code: 'REGISTRY_BAD_ANSWER' }) }),
      ])
    }
  })
})
