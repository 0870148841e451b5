import { describe, expect, it } from 'vitest'
import { BatchBuffers } from '../src/engine/batch-buffers.ts'
import { Batch } from '../src/engine/batch.ts'
import { Delivery } from '../src/engine/delivery.ts'
import { PartitionQueue } from '../src/engine/partition-queue.ts'
import { prepareRecord } from '../src/engine/prepared-record.ts'
import { resolveOptions } from '../src/engine/resolve-options.ts'

const sizes = { batchSize: 16384, bufferMemory: 16384 * 24 }

describe('BatchBuffers', () => {
  it('gives a large batch the buffer of an earlier one, and a small batch none', () => {
    const buffers = new BatchBuffers(sizes)
    const buffer = Buffer.alloc(16384)
    buffers.give(buffer)
    expect(buffers.take(512)).toBe(512)
    expect(buffers.take(16384)).toBe(buffer)
    expect(buffers.take(16384)).toBe(16384)
  })

  it('keeps no more than an eighth of bufferMemory, and nothing of another size', () => {
    const buffers = new BatchBuffers(sizes)
    for (let i = 0; i < 10; i++) buffers.give(Buffer.alloc(16384))
    buffers.give(Buffer.alloc(16385))
    const taken = Array.from({ length: 10 }, () => buffers.take(16384)).filter(
      (one) => typeof one !== 'number',
    )
    expect(taken).toHaveLength(3)
  })

  it('leaves small batches to the pool of Node', () => {
    const buffers = new BatchBuffers({ batchSize: 4096, bufferMemory: 1 << 20 })
    buffers.give(Buffer.alloc(4096))
    expect(buffers.take(4096)).toBe(4096)
  })
})

describe('PartitionQueue', () => {
  const options = resolveOptions({ batchSize: 16384 })
  const fullBatch = (queue: PartitionQueue): Batch => {
    const prepared = prepareRecord({ topic: 't', value: Buffer.alloc(16000) }, 0, [])
    if ('problem' in prepared) throw new Error(prepared.problem)
    const delivery = new Delivery(
      { startMs: 0, deadlineMs: 1, timestamp: 0, generation: 0, order: 0 },
      undefined,
    )
    return queue.append(prepared, delivery, 0).batch
  }

  it('reuses the memory of a batch that was written once, never of one that was written again', () => {
    const buffers = new BatchBuffers({ batchSize: 16384, bufferMemory: 1 << 20 })
    const queue = new PartitionQueue('t', 0, options, buffers)
    const batch = new Batch('t', 0, 0, Buffer.alloc(16384))
    batch.attempts = 2
    queue.confirm(batch)
    expect(buffers.take(16384)).toBe(16384)
    const once = new Batch('t', 0, 0, Buffer.alloc(16384))
    once.attempts = 1
    queue.confirm(once)
    expect(buffers.take(16384)).toBeInstanceOf(Buffer)
    expect(fullBatch(queue).recordCount).toBe(1)
  })
})
