import { ManualClock } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { WakeTimer } from '../src/engine/wake-timer.ts'

describe('WakeTimer', () => {
  it('wakes each item at its moment, with one timer for all', () => {
    const clock = new ManualClock()
    const woken: string[] = []
    const timer = new WakeTimer<string>(clock, (item) => woken.push(`${item}@${clock.monotonic()}`))
    timer.at('late', 30)
    timer.at('early', 10)
    timer.at('middle', 20)
    expect(clock.pendingTimers).toBe(1)
    clock.advance(100)
    expect(woken).toEqual(['early@10', 'middle@20', 'late@30'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('keeps the earlier of two moments for an item, and wakes it once', () => {
    const clock = new ManualClock()
    const woken: number[] = []
    const timer = new WakeTimer<string>(clock, () => woken.push(clock.monotonic()))
    timer.at('a', 20)
    timer.at('a', 10)
    timer.at('a', 30)
    clock.advance(100)
    expect(woken).toEqual([10])
  })

  it('lets an item that is woken ask for another moment', () => {
    const clock = new ManualClock()
    const woken: number[] = []
    const timer: WakeTimer<string> = new WakeTimer(clock, (item) => {
      woken.push(clock.monotonic())
      if (woken.length < 3) timer.at(item, clock.monotonic() + 5)
    })
    timer.at('a', 5)
    clock.advance(100)
    expect(woken).toEqual([5, 10, 15])
  })

  it('wakes nothing after close, and leaves no timer', () => {
    const clock = new ManualClock()
    const woken: string[] = []
    const timer = new WakeTimer<string>(clock, (item) => woken.push(item))
    timer.at('a', 5)
    timer.close()
    expect(clock.pendingTimers).toBe(0)
    clock.advance(10)
    expect(woken).toEqual([])
  })

  it('finds the next of very many items', () => {
    // The spread of their moments into Math.min overflowed the stack.
    const clock = new ManualClock()
    let woken = 0
    const timer = new WakeTimer<number>(clock, () => woken++)
    for (let i = 0; i < 200_000; i++) timer.at(i, i < 2 ? i : 50)
    clock.advance(50)
    expect(woken).toBe(200_000)
  })
})
