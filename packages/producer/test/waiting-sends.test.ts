import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Delivery } from '../src/engine/delivery.ts'
import { WaitingSends, type WaitingSend } from '../src/engine/waiting-sends.ts'

const send = (bytes: number, topic = 't'): WaitingSend => ({
  record: { topic, key: null, value: 'x', headers: [], timestamp: 0, partition: undefined, sizeBound: bytes },
  delivery: new Delivery({ startMs: 0, deadlineMs: 0, timestamp: 0, generation: 0, order: 0 }, undefined),
  blockedUntilMs: 0,
  wait: true,
})
const settle = ({ delivery }: WaitingSend): void =>
  delivery.settle({ status: 'not-sent', error: new Error('gone') as never })

describe('WaitingSends', () => {
  it('gives bytes out until they are used up, and again when they come back', () => {
    const waiting = new WaitingSends(100, 100)
    expect([waiting.tryReserve(60), waiting.tryReserve(50), waiting.tryReserve(40)]).toEqual([
      true,
      false,
      true,
    ])
    waiting.release(60)
    expect(waiting.tryReserve(60)).toBe(true)
    expect(waiting.bufferedBytes).toBe(100)
  })

  it('serves those who wait first, in the order of their calls, the large as well as the small', () => {
    const waiting = new WaitingSends(100, 1000)
    waiting.tryReserve(100)
    const [large, small] = [send(80), send(10)]
    waiting.waitForMemory(large)
    waiting.waitForMemory(small)
    waiting.release(50)
    // There would be room for the small one, and for a newcomer: both must not overtake.
    expect(waiting.admit()).toBeUndefined()
    expect(waiting.tryReserve(10)).toBe(false)
    waiting.release(50)
    expect([waiting.admit(), waiting.admit(), waiting.admit()]).toEqual([large, small, undefined])
    expect(waiting).toMatchObject({ bufferedBytes: 90, waitingBytes: 0, count: 0 })
  })

  it('bounds the bytes of those who wait, for whatever', () => {
    const waiting = new WaitingSends(100, 100)
    waiting.waitForMemory(send(60))
    waiting.waitForTopic(send(40))
    expect([waiting.mayWait(1), waiting.waitingBytes]).toEqual([false, 100])
  })

  it('gives the sends of a topic out in order, once', () => {
    const waiting = new WaitingSends(100, 1000)
    const sends = [send(1), send(2), send(3)]
    for (const one of sends) waiting.waitForTopic(one)
    waiting.waitForTopic(send(4, 'other'))
    expect(waiting.takeTopic('t')).toEqual(sends)
    expect(waiting.takeTopic('t')).toEqual([])
    expect([waiting.holds('t'), waiting.holds('other'), waiting.waitingBytes]).toEqual([false, true, 4])
  })

  it('counts a send out once, however often it is forgotten', () => {
    const waiting = new WaitingSends(100, 1000)
    const [a, b] = [send(10), send(20)]
    waiting.waitForTopic(a)
    waiting.waitForMemory(b)
    for (const one of [a, b, a, b]) {
      settle(one)
      waiting.forget(one)
    }
    expect(waiting).toMatchObject({ waitingBytes: 0, count: 0, memoryWanted: false })
    expect(waiting.holds('t')).toBe(false)
  })

  it('does not keep what was forgotten behind a send that goes on waiting', async () => {
    // Sends that gave up early were kept, unaccounted for, until the first in the queue was served.
    const waiting = new WaitingSends(10, 1e9)
    waiting.waitForMemory(send(11))
    const refs: WeakRef<object>[] = []
    for (let i = 0; i < 1000; i++) {
      const one = send(1)
      refs.push(new WeakRef(one.record))
      waiting.waitForMemory(one)
      settle(one)
      waiting.forget(one)
    }
    // A WeakRef holds its target until the turn is over.
    await new Promise((resolve) => setImmediate(resolve))
    setFlagsFromString('--expose-gc')
    runInNewContext('gc')()
    expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(200)
    expect(waiting.count).toBe(1)
  })
})
