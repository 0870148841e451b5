import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { NumberFifo } from '../src/spool/number-fifo.ts'

describe('NumberFifo', () => {
  it('gives back what it was given, in order, however pushes and shifts follow on each other', () => {
    const fifo = new NumberFifo()
    const plain: number[] = []
    let next = 0
    // Grows over its largest piece, runs empty, and begins anew.
    for (const [pushes, shifts] of [
      [1, 2],
      [20, 5],
      [10_000, 9000],
      [3, 20_000],
      [40, 39],
      [5000, 1],
    ]) {
      for (let i = 0; i < pushes!; i++) {
        fifo.push(next / 7)
        plain.push(next++ / 7)
      }
      for (let i = 0; i < shifts!; i++) expect(fifo.shift()).toBe(plain.shift())
      expect(fifo.length).toBe(plain.length)
      expect(fifo.peek()).toBe(plain[0])
      expect([...fifo]).toEqual(plain)
    }
  })

  it('takes little more than 8 bytes a number, also when the first have left', () => {
    // An array took 24 from then on, and a spool's memory trebled when the cluster was back.
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as () => void
    const bytes = (): number => {
      gc()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      return heapUsed + arrayBuffers
    }
    const before = bytes()
    const fifo = new NumberFifo()
    const count = 1_000_000
    for (let i = 0; i < count; i++) fifo.push(2 ** 40 + i)
    for (let i = 0; i < 2000; i++) fifo.shift()
    expect((bytes() - before) / count).toBeLessThan(12)
    expect(fifo.length).toBe(count - 2000)
  })
})
