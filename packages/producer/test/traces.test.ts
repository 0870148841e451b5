import { queryObjects } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { createProducer, type SendTrace } from '../src/index.ts'
import { ModelCluster } from './model-links.ts'

class CountedTrace implements SendTrace {
  static ended = 0

  settled(): void {
    CountedTrace.ended++
  }
}

describe('memory of traces', () => {
  it('is given back: two hundred thousand sends leave none behind', async () => {
    const cluster = new ModelCluster(1, () => 0.5)
    cluster.stormy = false
    await using producer = createProducer({ links: cluster, hooks: { onSend: () => new CountedTrace() } })
    const records = Array.from({ length: 10_000 }, () => ({ topic: 'orders', partition: 0, value: '' }))
    for (let turn = 0; turn < 20; turn++) await producer.sendMany(records)
    expect(CountedTrace.ended).toBe(200_000)
    // Those of the latest batch may still be held by it, and the prototype counts, too.
    expect(queryObjects(CountedTrace)).toBeLessThan(10_000)
  })
})
