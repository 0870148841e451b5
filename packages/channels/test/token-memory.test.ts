import { ManualClock } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { createTokenMemory } from '../src/email/mailgun/token-memory.ts'

describe('createTokenMemory', () => {
  it('gives a token out once, until its time is over', () => {
    const clock = new ManualClock()
    const memory = createTokenMemory({ clock, keepMs: 1000, maxTokens: 10 })
    expect([memory.claim('a'), memory.claim('a')]).toEqual([true, false])
    memory.settle('a', true)
    clock.advance(999)
    expect(memory.claim('a')).toBe(false)
    clock.advance(1)
    expect(memory.claim('a')).toBe(true)
  })

  it('gives a token out again that led to nothing', () => {
    const memory = createTokenMemory({ clock: new ManualClock(), keepMs: 1000, maxTokens: 10 })
    memory.claim('a')
    memory.settle('a', false)
    expect(memory.claim('a')).toBe(true)
  })

  it('never holds more than it may, and forgets the oldest first', () => {
    const memory = createTokenMemory({ clock: new ManualClock(), keepMs: 1000, maxTokens: 3 })
    for (let count = 0; count < 1000; count += 1) {
      expect(memory.claim(`t${count}`)).toBe(true)
      memory.settle(`t${count}`, true)
      expect(memory.size).toBeLessThanOrEqual(3)
    }
    expect(memory.claim('t999')).toBe(false)
    expect(memory.claim('t0')).toBe(true)
  })
})
