import { describe, expect, it } from 'vitest'
import { Lane } from '../src/spool/lane.ts'
import { Lanes } from '../src/spool/lanes.ts'

const at = (order: number, run = 1): { ref: number; run: number; order: number } => ({
  ref: run * 1000 + order,
  run,
  order,
})

describe('Lane', () => {
  it('gives records in the order in which they came to the disk', () => {
    const lane = new Lane('orders', 0)
    for (const order of [1, 2, 5]) lane.add(at(order))
    expect(lane.peek(2)).toEqual([1001, 1002])
    expect(lane.stored).toBe(3)
  })

  it('puts those that come late, or come back, before the others, by age', () => {
    const lane = new Lane('orders', 0)
    for (const order of [10, 11, 12]) lane.add(at(order))
    lane.hand({ ...at(10), bytes: 5 })
    lane.hand({ ...at(11), bytes: 5 })
    const { generation } = lane
    lane.takeBack(at(11))
    lane.takeBack(at(10))
    lane.add(at(4))
    lane.add(at(3))
    expect(lane.peek(9)).toEqual([1003, 1004, 1010, 1011, 1012])
    expect(lane.handed).toBe(0)
    // Whoever has read ahead has to read again.
    expect(lane.generation).toBeGreaterThan(generation)
  })

  it('puts a late record between those on the disk that are older and those that are younger', () => {
    const lane = new Lane('orders', 0)
    for (const order of [1, 2, 9]) lane.add(at(order))
    lane.add(at(5))
    expect(lane.peek(9)).toEqual([1001, 1002, 1005, 1009])
    lane.hand({ ...at(1), bytes: 5 })
    lane.add(at(10))
    expect(lane.peek(9)).toEqual([1002, 1005, 1009, 1010])
  })

  it('knows a record that went to the disk behind a younger one', () => {
    const lane = new Lane('orders', 0)
    expect([3, 8, 5, 9].map((order) => lane.expect(order))).toEqual([false, false, true, false])
  })

  it('counts an earlier process as older, whatever its numbers were', () => {
    const lane = new Lane('orders', 0)
    lane.add(at(900, 1))
    lane.add(at(0, 2))
    lane.hand({ ...at(900, 1), bytes: 5 })
    lane.hand({ ...at(0, 2), bytes: 5 })
    lane.takeBack(at(0, 2))
    lane.takeBack(at(900, 1))
    expect(lane.peek(9)).toEqual([1900, 2000])
  })
})

describe('Lanes', () => {
  it('lets no send of a partition pass its row, but when all of it is with the engine', () => {
    const lanes = new Lanes()
    const lane = lanes.create('orders', 1)
    const turns = (['collecting', 'replaying', 'closing', 'passing'] as const).map((state) => {
      lane.state = state
      return lanes.turn('orders', 1)
    })
    expect(turns).toEqual(['behind', 'behind', 'wait', 'go'])
    lane.state = 'replaying'
    expect([lanes.turn('orders', 0), lanes.turn('orders', undefined), lanes.turn('bills', 1)]).toEqual([
      'go',
      'go',
      'go',
    ])
  })

  it('puts all that is newer than the row of a topic into it, and what is older before it', () => {
    const lanes = new Lanes()
    const part = lanes.create('orders', 1)
    const whole = lanes.create('orders', undefined)
    whole.leastOrder = 50
    expect(lanes.choose('orders', 1, 51)).toBe(whole)
    expect(lanes.choose('orders', 1, 49)).toBe(part)
    expect(lanes.choose('orders', undefined, 49)).toBe(whole)
    expect(lanes.choose('orders', 2, 49)).toBeUndefined()
    part.state = 'passing'
    expect(lanes.turn('orders', 1)).toBe('behind')
  })

  it('serves its rows in turns, and forgets those that are gone', () => {
    const lanes = new Lanes()
    const [a, b] = [lanes.create('orders', 0), lanes.create('orders', 1)]
    lanes.served(a)
    expect(lanes.all()).toEqual([b, a])
    lanes.delete(a)
    lanes.delete(b)
    expect([lanes.size, lanes.has('orders'), lanes.hasParts('orders')]).toEqual([0, false, false])
  })
})
