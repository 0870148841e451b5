import { getEventListeners } from 'node:events'
import { ManualClock } from '@headwater/base'
import { describe, expect, it, vi } from 'vitest'
import { createRegistry, type Registry } from '../src/index.ts'

interface Silent {
  readonly registry: Registry
  readonly clock: ManualClock
  /** The signals of the requests that were made. */
  readonly requests: AbortSignal[]
}

/** A registry that never answers; `referring` alone is known, and refers to what is not. */
function silent(): Silent {
  const clock = new ManualClock()
  const requests: AbortSignal[] = []
  const references = [{ name: 'R', subject: 'r', version: 1 }]
  const fetch: typeof globalThis.fetch = (input, init) => {
    requests.push(init!.signal!)
    if ((input as string).endsWith('/ids/7'))
      return Promise.resolve(Response.json({ schema: '"int"', references }))
    return new Promise((_, reject) => {
      init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason as Error))
    })
  }
  return { registry: createRegistry({ url: 'http://registry.example', clock, fetch }), clock, requests }
}

const gaveUp = { code: 'REGISTRY_ABORTED', retriable: false }

describe('the signal of a call', () => {
  // The request went on with all its repetitions, and held the process for the ten seconds of its deadline.
  it.each([
    ['schemaById', (registry: Registry, signal: AbortSignal) => registry.schemaById(1, { signal })],
    ['latest', (registry: Registry, signal: AbortSignal) => registry.latest('a', { signal })],
    ['subjects', (registry: Registry, signal: AbortSignal) => registry.subjects({ signal })],
    [
      'register',
      (registry: Registry, signal: AbortSignal) => registry.register('a', { schema: {} }, { signal }),
    ],
    ['find', (registry: Registry, signal: AbortSignal) => registry.find('a', { schema: {} }, { signal })],
    ['a level', (registry: Registry, signal: AbortSignal) => registry.compatibilityLevel('a', { signal })],
  ])('ends the request of %s that nobody else waits for', async (_, ask) => {
    const { registry, clock, requests } = silent()
    const controller = new AbortController()
    const call = ask(registry, controller.signal)
    await vi.waitFor(() => expect(requests).toHaveLength(1))
    controller.abort()
    await expect(call).rejects.toMatchObject(gaveUp)
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(0))
    expect(requests.map(({ aborted }) => aborted)).toEqual([true])
  })

  it('ends a request once the last of those who wait has given up, and no earlier', async () => {
    const { registry, clock, requests } = silent()
    const [first, second] = [new AbortController(), new AbortController()]
    const calls = [first, second].map(({ signal }) => registry.schemaById(1, { signal }))
    const ended = calls.map((call) => expect(call).rejects.toMatchObject(gaveUp))
    await vi.waitFor(() => expect(requests).toHaveLength(1))
    first.abort()
    await ended[0]
    expect(requests[0]!.aborted).toBe(false)
    second.abort()
    await ended[1]
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(0))
    expect(requests[0]!.aborted).toBe(true)
  })

  // Twenty thousand records that waited with their consumer's signal took eight seconds: each listener was compared with
  // all the others.
  it('has one listener, however many wait with it', async () => {
    const { registry } = silent()
    const controller = new AbortController()
    const { signal } = controller
    const calls = Array.from({ length: 100 }, () => registry.schemaById(1, { signal }))
    const ended = calls.map((call) => expect(call).rejects.toMatchObject(gaveUp))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    controller.abort()
    await Promise.all(ended)
  })

  it('ends what a reference takes, but for who waits for that, and lets the next caller ask anew', async () => {
    const { registry, clock, requests } = silent()
    const [first, second] = [new AbortController(), new AbortController()]
    const whole = registry.schemaById(7, { signal: first.signal })
    await vi.waitFor(() => expect(requests).toHaveLength(2))
    first.abort()
    const part = registry.version('r', 1, { signal: second.signal })
    await expect(whole).rejects.toMatchObject(gaveUp)
    await new Promise(setImmediate)
    expect(requests[1]!.aborted).toBe(false)
    second.abort()
    await expect(part).rejects.toMatchObject(gaveUp)
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(0))
    expect(requests[1]!.aborted).toBe(true)
    const third = new AbortController()
    const again = registry.version('r', 1, { signal: third.signal })
    await vi.waitFor(() => expect(requests).toHaveLength(3))
    expect(requests[2]!.aborted).toBe(false)
    third.abort()
    await expect(again).rejects.toMatchObject(gaveUp)
  })

  it('asks nothing where it was aborted before, and waits for no repetition', async () => {
    const { registry, requests } = silent()
    await expect(registry.schemaById(1, { signal: AbortSignal.abort() })).rejects.toMatchObject(gaveUp)
    await expect(registry.subjects({ signal: AbortSignal.abort() })).rejects.toMatchObject(gaveUp)
    expect(requests).toEqual([])
    const clock = new ManualClock()
    const controller = new AbortController()
    let asked = 0
    const busy = createRegistry({
      url: 'http://registry.example',
      clock,
      fetch: () => {
        asked++
        return Promise.resolve(new Response('{}', { status: 503 }))
      },
      hooks: {
        onResult: ({ retryInMs }) => retryInMs !== undefined && queueMicrotask(() => controller.abort()),
      },
    })
    await expect(busy.subjects({ signal: controller.signal })).rejects.toMatchObject(gaveUp)
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(0))
    expect(asked).toBe(1)
  })

  it('may be aborted by a hook', async () => {
    const clock = new ManualClock()
    const controller = new AbortController()
    const registry = createRegistry({
      url: 'http://registry.example',
      clock,
      fetch: () => new Promise(() => undefined),
      hooks: { onRequest: () => controller.abort() },
    })
    await expect(registry.subjects({ signal: controller.signal })).rejects.toMatchObject(gaveUp)
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(0))
  })
})
