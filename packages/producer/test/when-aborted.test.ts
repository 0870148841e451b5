import { describe, expect, it } from 'vitest'
import { whenAborted } from '../src/engine/when-aborted.ts'

describe('whenAborted', () => {
  it('acts in order when the signal is aborted, once, and only who still wants to', () => {
    const controller = new AbortController()
    const acted: number[] = []
    const releases = [0, 1, 2].map((number) => whenAborted(controller.signal, () => acted.push(number)))
    releases[1]!()
    controller.abort()
    controller.signal.dispatchEvent(new Event('abort'))
    expect(acted).toEqual([0, 2])
  })

  it('keeps signals apart', () => {
    const [one, other] = [new AbortController(), new AbortController()]
    const acted: string[] = []
    whenAborted(one.signal, () => acted.push('one'))
    whenAborted(other.signal, () => acted.push('other'))
    other.abort()
    expect(acted).toEqual(['other'])
  })

  it('does not search through all others to take one away', () => {
    // 100,000 listeners of one signal, taken away last to first: five thousand million steps of a list.
    const { signal } = new AbortController()
    const releases = Array.from({ length: 100_000 }, () => whenAborted(signal, () => undefined))
    for (const release of releases.toReversed()) release()
    const acted: string[] = []
    whenAborted(signal, () => acted.push('left'))
    signal.dispatchEvent(new Event('abort'))
    expect(acted).toEqual(['left'])
  })
})
