import { ManualClock } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { SecondWindow } from '../src/live/second-window.ts'

describe('SecondWindow', () => {
  it('counts events by channel and second, the one under way left out', () => {
    const clock = new ManualClock()
    const window = new SecondWindow(clock)
    window.record('email', 2, 1)
    clock.advance(1000)
    window.record('email', 3, 1)
    window.record('whatsapp', 1, 1)
    clock.advance(1000)
    window.record('email', 5, 1)
    expect(window.perSecond('email').slice(-3)).toEqual([0, 2, 3])
    expect(window.perSecond('whatsapp').slice(-2)).toEqual([0, 1])
    expect(window.perSecond('web_form')).toEqual(Array.from({ length: 60 }, () => 0))
  })

  it('forgets after a minute, also what nothing came behind', () => {
    const clock = new ManualClock()
    const window = new SecondWindow(clock)
    window.record('email', 7, 20)
    clock.advance(60_000)
    expect(window.perSecond('email')[0]).toBe(7)
    expect(window.percentiles().count).toBe(1)
    clock.advance(1000)
    expect(window.perSecond('email').every((count) => count === 0)).toBe(true)
    expect(window.percentiles()).toEqual({ p50: 0, p95: 0, p99: 0, count: 0 })
    // The place of the ring that held them is taken again.
    window.record('email', 1, 20)
    clock.advance(1000)
    expect(window.perSecond('email').at(-1)).toBe(1)
  })

  it('gives percentiles by nearest rank within 5 %, over all seconds', () => {
    const clock = new ManualClock()
    const window = new SecondWindow(clock)
    const values = Array.from({ length: 1000 }, (_, i) => (i + 1) / 2)
    for (const value of values) {
      clock.advance(10)
      window.record('email', 1, value)
    }
    const { count, ...percentiles } = window.percentiles()
    expect(count).toBe(1000)
    for (const [name, exact] of Object.entries({ p50: 250, p95: 475, p99: 495 })) {
      const given = percentiles[name as keyof typeof percentiles]
      expect(given / exact, name).toBeGreaterThanOrEqual(0.999)
      expect(given / exact, name).toBeLessThanOrEqual(1.051)
    }
  })

  it('keeps what is far outside as the least and the most that it knows', () => {
    const window = new SecondWindow(new ManualClock())
    for (const value of [0, -1, Number.NaN]) window.record('email', 1, value)
    expect(window.percentiles()).toEqual({ p50: 0.1, p95: 0.1, p99: 0.1, count: 3 })
    for (let i = 0; i < 4; i++) window.record('email', 1, 1e9)
    expect(window.percentiles().p50).toBeGreaterThan(60_000)
  })
})
