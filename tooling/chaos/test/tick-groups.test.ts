import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createTickGroups } from '../peers/tick-groups.ts'
import type { ContenderRecord } from '../src/contender.ts'

interface Group {
  readonly topic: string
  readonly keys: readonly string[]
  readonly end: PromiseWithResolvers<void>
}

/** A client that tells what it was given and settles it when told. */
function createGroups(groupsAtOnce: 'any' | 'one') {
  const groups: Group[] = []
  const send = createTickGroups({
    maxRecords: 3,
    groupsAtOnce,
    send: (topic, records) => {
      const end = Promise.withResolvers<void>()
      groups.push({ topic, keys: records.map(({ key }) => key), end })
      return end.promise
    },
  })
  const record = (topic: string, key: string): ContenderRecord => ({ topic, key, value: Buffer.alloc(0) })
  return {
    groups,
    seen: () => groups.map(({ topic, keys }) => `${topic}:${keys.join('')}`),
    /** One record for each letter. */
    sendAll: (topic: string, keys: string) => keys.split('').map((key) => send(record(topic, key))),
  }
}

describe('createTickGroups', () => {
  it('hands over the records of one tick together, each topic on its own, none larger than allowed', async () => {
    const { sendAll, seen } = createGroups('any')
    void sendAll('a', 'abcd')
    void sendAll('b', 'x')
    void sendAll('a', 'e')
    expect(seen()).toEqual([])
    await nextTurn()
    expect(seen()).toEqual(['a:abc', 'a:de', 'b:x'])
  })

  it('holds nothing back while another group is out', async () => {
    const { sendAll, seen } = createGroups('any')
    void sendAll('a', 'a')
    await nextTurn()
    void sendAll('a', 'b')
    await nextTurn()
    expect(seen()).toEqual(['a:a', 'a:b'])
  })

  it('gives every record what became of its own group', async () => {
    const { groups, sendAll } = createGroups('any')
    const outcomes = Promise.allSettled(sendAll('a', 'abcd'))
    await nextTurn()
    groups[0]?.end.reject(new Error('refused'))
    groups[1]?.end.resolve()
    expect((await outcomes).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ])
  })

  it('keeps one group out at a time where it shall, also after one that failed', async () => {
    const { groups, sendAll, seen } = createGroups('one')
    const first = Promise.allSettled(sendAll('a', 'a'))
    await nextTurn()
    const later = Promise.allSettled([...sendAll('a', 'b'), ...sendAll('a', 'c')])
    await nextTurn()
    expect(seen()).toEqual(['a:a'])
    groups[0]?.end.reject(new Error('refused'))
    await first
    await nextTurn()
    expect(seen()).toEqual(['a:a', 'a:bc'])
    groups[1]?.end.resolve()
    expect((await later).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  })
})
