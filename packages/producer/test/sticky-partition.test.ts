import { describe, expect, it } from 'vitest'
import { StickyPartition } from '../src/partitioner/sticky-partition.ts'

const led = (...leaders: number[]): { leaderId: number }[] => leaders.map((leaderId) => ({ leaderId }))

describe('StickyPartition', () => {
  it('stays for batchSize bytes and then moves to another', () => {
    const sticky = new StickyPartition()
    const partitions = led(1, 1, 1)
    const seen = new Set<number>()
    for (let turn = 0; turn < 60; turn++) {
      const current = sticky.current(partitions)
      seen.add(current)
      sticky.used(60, false, 100, partitions)
      expect(sticky.current(partitions)).toBe(current)
      sticky.used(60, false, 100, partitions)
      expect(sticky.current(partitions)).not.toBe(current)
    }
    expect(seen.size).toBe(3)
  })

  it('moves on at once from a partition whose batches wait for others', () => {
    const sticky = new StickyPartition()
    const partitions = led(1, 1)
    const current = sticky.current(partitions)
    sticky.used(1, true, 100, partitions)
    expect(sticky.current(partitions)).toBe(1 - current)
  })

  it('passes over partitions without a leader while others have one', () => {
    for (let i = 0; i < 20; i++) {
      const sticky = new StickyPartition()
      expect(sticky.current(led(-1, 1, -1))).toBe(1)
      expect(sticky.current(led(1, -1, -1))).toBe(0)
      expect([0, 1, 2]).toContain(sticky.current(led(-1, -1, -1)))
    }
  })

  it('keeps to the partitions that are allowed', () => {
    const sticky = new StickyPartition([1, 3])
    const partitions = led(1, 1, 1, 1, 1)
    const seen = new Set<number>()
    for (let i = 0; i < 50; i++) {
      seen.add(sticky.current(partitions))
      sticky.used(100, false, 100, partitions)
    }
    expect(seen).toEqual(new Set([1, 3]))
    // The only one that is allowed is the next one, too, led or not.
    const only = new StickyPartition([2])
    for (const now of [partitions, led(1, 1, -1)]) {
      expect(only.current(now)).toBe(2)
      only.used(100, true, 100, now)
      expect(only.current(now)).toBe(2)
    }
  })
})
