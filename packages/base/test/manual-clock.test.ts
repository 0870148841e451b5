import { describe, expect, it } from 'vitest'
import { ManualClock, systemClock } from '../src/index.ts'

describe('ManualClock', () => {
  it('runs timers in the order of their due times and shows each its own time', () => {
    const clock = new ManualClock(1_000)
    const seen: string[] = []
    clock.schedule(30, () => seen.push(`late ${clock.now()}`))
    clock.schedule(10, () => {
      seen.push(`early ${clock.now()}`)
      clock.schedule(5, () => seen.push(`nested ${clock.now()}`))
    })
    clock.advance(29)
    expect(seen).toEqual(['early 1010', 'nested 1015'])
    clock.advance(1)
    expect(seen).toEqual(['early 1010', 'nested 1015', 'late 1030'])
    expect(clock.monotonic()).toBe(30)
    expect(clock.pendingTimers).toBe(0)
  })

  it('forgets a cancelled timer', () => {
    const clock = new ManualClock()
    const timer = clock.schedule(1, () => expect.unreachable())
    timer.cancel()
    expect(clock.pendingTimers).toBe(0)
    clock.advance(10)
  })
})

describe('systemClock', () => {
  it('fires once and can be cancelled', async () => {
    await new Promise<void>((resolve) => systemClock.schedule(0, resolve))
    systemClock.schedule(0, () => expect.unreachable()).cancel()
    // Node's own timers take these for one millisecond.
    const far = [Infinity, 2 ** 31, 2 ** 53].map((delayMs) =>
      systemClock.schedule(delayMs, expect.unreachable),
    )
    await new Promise<void>((resolve) => systemClock.schedule(20, resolve))
    for (const timer of far) timer.cancel()
    await new Promise((resolve) => setImmediate(resolve))
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000)
  })
})
