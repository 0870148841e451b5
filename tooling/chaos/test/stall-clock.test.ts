import { describe, expect, it } from 'vitest'
import { StallClock } from '../src/stall-clock.ts'

describe('StallClock', () => {
  it('measures from acknowledgement to acknowledgement while sends are open', () => {
    const clock = new StallClock()
    clock.sent(1000)
    clock.sent(1010)
    clock.settled(1050, true)
    clock.settled(1300, true)
    expect(clock.longestMs).toBe(250)
  })

  it('does not count the time in which nobody waited', () => {
    const clock = new StallClock()
    clock.sent(1000)
    clock.settled(1005, true)
    clock.sent(9000)
    clock.settled(9010, true)
    expect(clock.longestMs).toBe(10)
  })

  it('does not take failures for progress', () => {
    const clock = new StallClock()
    clock.sent(1000)
    clock.sent(1000)
    clock.settled(1500, false)
    clock.settled(2000, true)
    expect(clock.longestMs).toBe(1000)
  })

  it('sees a stall that has not ended', () => {
    const clock = new StallClock()
    clock.sent(1000)
    clock.look(4000)
    expect(clock.longestMs).toBe(3000)
  })
})
