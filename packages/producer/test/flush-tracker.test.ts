import { ManualClock } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { FlushTracker } from '../src/engine/flush-tracker.ts'

describe('FlushTracker', () => {
  const clock = new ManualClock()
  const wait = (flushes: FlushTracker, signal?: AbortSignal): { result: string } => {
    const state = { result: 'waiting' }
    flushes.wait({ timeoutMs: 1000, clock, signal }).then(
      () => (state.result = 'done'),
      (error: Error) => (state.result = error.message),
    )
    return state
  }
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  it('is done at once when nothing is pending, and leaves no timer', async () => {
    const flush = wait(new FlushTracker())
    await turn()
    expect(flush.result).toBe('done')
    expect(clock.pendingTimers).toBe(0)
  })

  it('waits for what was taken before it, whatever is taken and settled later', async () => {
    const flushes = new FlushTracker()
    const [a, b] = [flushes.taken(), flushes.taken()]
    const first = wait(flushes)
    const c = flushes.taken()
    const second = wait(flushes)
    flushes.settled(c)
    flushes.settled(a)
    await turn()
    expect([first.result, second.result]).toEqual(['waiting', 'waiting'])
    expect(flushes.pending).toBe(1)
    flushes.settled(b)
    await turn()
    expect([first.result, second.result]).toEqual(['done', 'done'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('gives up with the number of records left', async () => {
    const flushes = new FlushTracker()
    const generations = [flushes.taken(), flushes.taken(), flushes.taken()]
    const flush = wait(flushes)
    const aborted = wait(flushes, AbortSignal.timeout(0))
    flushes.settled(generations[1]!)
    clock.advance(999)
    await turn()
    expect(flush.result).toBe('waiting')
    clock.advance(1)
    await expect
      .poll(() => aborted.result)
      .toMatch(/^the flush (was aborted|was not done .*) with [23] records left$/)
    expect(flush.result).toBe('the flush was not done within 1000 ms, with 2 records left')
    expect(clock.pendingTimers).toBe(0)
  })
})
