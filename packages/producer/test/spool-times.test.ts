import { describe, expect, it } from 'vitest'
import { SpoolTimes } from '../src/spool/spool-times.ts'

describe('SpoolTimes', () => {
  it('says since when a record is on the disk, to the second', () => {
    const times = new SpoolTimes()
    for (let ref = 0; ref < 100; ref++) times.note(ref * 10, 5000 + ref * 100)
    for (let ref = 0; ref < 100; ref++) {
      const since = times.of(ref * 10)!
      expect(since).toBeLessThanOrEqual(5000 + ref * 100)
      expect(since).toBeGreaterThan(5000 + ref * 100 - 1000)
    }
    expect(times.of(-1)).toBeUndefined()
  })

  it('takes a clock that was set back as it is', () => {
    const times = new SpoolTimes()
    times.note(1, 100_000)
    times.note(2, 40_000)
    expect([times.of(1), times.of(2)]).toEqual([100_000, 40_000])
  })

  it('remembers a bounded number of moments, however long it takes, and is as exact as that allows', () => {
    const times = new SpoolTimes()
    const seconds = 1_000_000
    for (let ref = 0; ref < seconds; ref++) times.note(ref, ref * 1000)
    for (let ref = 0; ref < seconds; ref += 997) {
      const late = ref * 1000 - times.of(ref)!
      expect(late).toBeGreaterThanOrEqual(0)
      expect(late).toBeLessThanOrEqual((seconds * 1000) / 1024)
    }
  })

  it('forgets what is gone, and keeps what is not', () => {
    const times = new SpoolTimes()
    for (let ref = 0; ref < 10; ref++) times.note(ref * 10, ref * 1000)
    times.forgetBefore(55)
    expect([times.of(49), times.of(50), times.of(55), times.of(90)]).toEqual([undefined, 5000, 5000, 9000])
    times.clear()
    expect(times.of(90)).toBeUndefined()
  })
})
