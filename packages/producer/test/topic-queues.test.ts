import { describe, expect, it } from 'vitest'
import type { TopicMetadata } from '../src/engine/metadata-store.ts'
import { prepareRecord, type PreparedRecord } from '../src/engine/prepared-record.ts'
import { resolveOptions } from '../src/engine/resolve-options.ts'
import { TopicQueues } from '../src/engine/topic-queues.ts'

const prepared = (fields: object): PreparedRecord =>
  prepareRecord({ topic: 'orders', value: 'x', ...fields }, 0, []) as PreparedRecord

describe('TopicQueues.place', () => {
  it('looks at the partitions for a record alone that may go to any of them', () => {
    // Each record of a spool, and each send behind one, was made to look at all partitions: 10,000 records over 2,000
    // of them took twice the time.
    const partitions = Array.from({ length: 4 }, () => ({ leaderId: 1, leaderEpoch: 0 }))
    const topic = { name: 'orders', partitions } as unknown as TopicMetadata
    const queues = new TopicQueues(resolveOptions({}))
    let looks = 0
    const leadersOf = (): TopicMetadata['partitions'] => {
      looks++
      return partitions.map((led, partition) => (partition === 3 ? led : { ...led, leaderId: -1 }))
    }
    expect(queues.place(prepared({ partition: 2 }), topic, leadersOf).partition).toBe(2)
    queues.place(prepared({ key: 'k' }), topic, leadersOf)
    expect(looks).toBe(0)
    expect(queues.place(prepared({}), topic, leadersOf).partition).toBe(3)
    expect(looks).toBe(1)
  })
})
