import { ManualClock } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { firstInTurn } from '../src/engine/first-in-turn.ts'

/** Attempts that the test settles by hand, in the order in which they began. */
function attempts(clock: ManualClock, items: readonly string[]) {
  const begun: string[] = []
  const ends = new Map<string, PromiseWithResolvers<string>>()
  const result = firstInTurn(
    items,
    (item) => {
      begun.push(item)
      const end = Promise.withResolvers<string>()
      ends.set(item, end)
      return end.promise
    },
    { clock, turnMs: 1000 },
  )
  result.catch(() => undefined)
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    begun,
    result,
    succeed: async (item: string): Promise<void> => {
      ends.get(item)!.resolve(item)
      await settled()
    },
    fail: async (item: string): Promise<void> => {
      ends.get(item)!.reject(new Error(`${item} failed`))
      await settled()
    },
  }
}

describe('firstInTurn', () => {
  it('begins the next when one has taken its turn, and gives none of them up', async () => {
    const clock = new ManualClock()
    const { begun, result, succeed } = attempts(clock, ['a', 'b', 'c'])
    expect(begun).toEqual(['a'])
    clock.advance(999)
    expect(begun).toEqual(['a'])
    clock.advance(1)
    expect(begun).toEqual(['a', 'b'])
    clock.advance(1000)
    await succeed('a')
    expect(await result).toBe('a')
    expect(begun).toEqual(['a', 'b', 'c'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('begins the next at once when one fails, with a turn of its own', async () => {
    const clock = new ManualClock()
    const { begun, fail } = attempts(clock, ['a', 'b', 'c'])
    clock.advance(500)
    await fail('a')
    expect(begun).toEqual(['a', 'b'])
    clock.advance(999)
    expect(begun).toEqual(['a', 'b'])
    clock.advance(1)
    expect(begun).toEqual(['a', 'b', 'c'])
  })

  it('begins nothing after a success, whatever becomes of the others', async () => {
    const clock = new ManualClock()
    const { begun, result, succeed, fail } = attempts(clock, ['a', 'b', 'c'])
    clock.advance(1000)
    await succeed('b')
    await fail('a')
    clock.advance(10_000)
    expect(await result).toBe('b')
    expect(begun).toEqual(['a', 'b'])
  })

  it('rejects with the latest failure when all have failed, and leaves no timer', async () => {
    const clock = new ManualClock()
    const { result, fail } = attempts(clock, ['a', 'b'])
    clock.advance(1000)
    await fail('b')
    await fail('a')
    await expect(result).rejects.toThrow('a failed')
    expect(clock.pendingTimers).toBe(0)
  })
})
