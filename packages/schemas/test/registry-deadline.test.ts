import { ManualClock } from '@headwater/base'
import { describe, expect, it, vi } from 'vitest'
import { createRegistry, type Registry, type RegistryOptions } from '../src/index.ts'

const references = Array.from({ length: 9 }, (_, at) => ({ name: `R${at}`, subject: `r${at}`, version: 1 }))
/** A schema with nine references; each has none. */
const answerTo = (url: string): object => ({
  id: 7,
  version: 1,
  schema: '"string"',
  references: /\/(ids\/7|subjects\/many\/versions\/\w+)$/.test(url) ? references : [],
})

/** Answers that come when the test gives them. */
function heldRegistry(options: Partial<RegistryOptions> = {}): {
  readonly registry: Registry
  readonly clock: ManualClock
  readonly asked: string[]
  readonly answer: (path: string) => Promise<void>
} {
  const clock = new ManualClock()
  const asked: string[] = []
  const held = new Map<string, () => void>()
  const fetch: typeof globalThis.fetch = (input, init) => {
    const path = new URL(input as string).pathname
    asked.push(path)
    return new Promise((resolve, reject) => {
      held.set(path, () => resolve(Response.json(answerTo(path))))
      init?.signal?.addEventListener('abort', () => reject(init.signal!.reason as Error))
    })
  }
  const registry = createRegistry({ url: 'http://registry.example', clock, fetch, ...options })
  const answer = async (path: string): Promise<void> => {
    await vi.waitFor(() => expect(held.has(path)).toBe(true))
    held.get(path)!()
    held.delete(path)
  }
  return { registry, clock, asked, answer }
}

describe('the deadline of a call', () => {
  // Each request had all of timeoutMs: ten of them took ten times as long as the documentation says.
  it.each([
    ['schemaById', (registry: Registry) => registry.schemaById(7)],
    ['version', (registry: Registry) => registry.version('many', 1)],
    ['latest', (registry: Registry) => registry.latest('many')],
    ['resolveReferences', (registry: Registry) => registry.resolveReferences(references)],
  ])('is one for all that %s asks, and what was answered is remembered', async (_, ask) => {
    const clock = new ManualClock()
    let requests = 0
    const registry = createRegistry({
      url: 'http://registry.example',
      clock,
      timeoutMs: 10_000,
      fetch: (input) => {
        requests++
        clock.advance(3_000)
        return Promise.resolve(Response.json(answerTo(input as string)))
      },
    })
    await expect(ask(registry)).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT', retriable: true })
    expect(clock.monotonic()).toBeLessThanOrEqual(12_000)
    expect(requests).toBeLessThanOrEqual(4)
    let calls = 1
    for (let isAnswered = false; !isAnswered; calls++)
      isAnswered = await ask(registry).then(
        () => true,
        () => false,
      )
    expect(calls).toBeLessThan(9)
  })

  it('is one for a level that takes several questions', async () => {
    const clock = new ManualClock()
    const registry = createRegistry({
      url: 'http://registry.example',
      clock,
      attemptTimeoutMs: 10_000,
      fetch: (input) => {
        clock.advance(6_000)
        const isOfAll = (input as string).endsWith('/config')
        const body = isOfAll
          ? { compatibilityLevel: 'FULL' }
          : { error_code: 40408, message: 'none of its own' }
        return Promise.resolve(Response.json(body, { status: isOfAll ? 200 : 404 }))
      },
    })
    await expect(registry.compatibilityLevel('a')).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' })
    expect(clock.pendingTimers).toBe(0)
  })

  it('ends where a chain of references has no end', async () => {
    const clock = new ManualClock()
    let next = 0
    const registry = createRegistry({
      url: 'http://registry.example',
      clock,
      fetch: () => {
        clock.advance(100)
        const further = [{ name: 'R', subject: `r${next++}`, version: 1 }]
        return Promise.resolve(Response.json({ id: 7, version: 1, schema: '"int"', references: further }))
      },
    })
    await expect(registry.latest('endless')).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' })
    expect(next).toBeLessThanOrEqual(100)
    expect(clock.pendingTimers).toBe(0)
  })

  it('is that of each caller, where a request that one began goes on for another', async () => {
    const { registry, clock, asked, answer } = heldRegistry({ attemptTimeoutMs: 60_000, retries: 0 })
    const first = registry.resolveReferences(references.slice(0, 2))
    const firstEnded = expect(first).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' })
    clock.advance(9_000)
    await answer('/subjects/r0/versions/1')
    await vi.waitFor(() => expect(asked).toContain('/subjects/r1/versions/1'))
    // One second of the first caller's time is left, and all of the second's.
    const second = registry.version('r1', 1)
    clock.advance(1_000)
    await firstEnded
    await answer('/subjects/r1/versions/1')
    expect((await second).subject).toBe('r1')
    expect(clock.pendingTimers).toBe(0)
  })

  it('holds for a fetch that does not look at its signal, and for a body that does not', async () => {
    for (const fetch of [
      () => new Promise<Response>(() => undefined),
      () => Promise.resolve(new Response(new ReadableStream())),
    ]) {
      const clock = new ManualClock()
      const registry = createRegistry({ url: 'http://registry.example', clock, fetch, retries: 0 })
      const ended = expect(registry.subjects()).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' })
      await vi.waitFor(() => expect(clock.pendingTimers).toBe(1))
      // Not before the promises of the request have come to where they wait.
      await new Promise(setImmediate)
      clock.advance(5_000)
      await ended
      expect(clock.pendingTimers).toBe(0)
    }
  })
})
