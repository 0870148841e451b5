import { describe, expect, it } from 'vitest'
import { addToSequence, type Batch } from '../src/engine/batch.ts'
import { Delivery } from '../src/engine/delivery.ts'
import { PartitionQueue } from '../src/engine/partition-queue.ts'
import { prepareRecord, type PreparedRecord } from '../src/engine/prepared-record.ts'
import { resolveOptions } from '../src/engine/resolve-options.ts'
import type { ProducerTuning } from '../src/index.ts'

const owner = { producerId: 7n, producerEpoch: 0 }
const leader = 1

/** A queue whose batches hold one record each, under the owner above. */
function queueOf(tuning: ProducerTuning = {}): PartitionQueue {
  const queue = new PartitionQueue('t', 0, resolveOptions({ batchSize: 0, ...tuning }))
  queue.renew(owner)
  return queue
}

function append(queue: PartitionQueue, count: number): void {
  for (let i = 0; i < count; i++) {
    const record = prepareRecord({ topic: 't', value: String(i) }, 0, []) as PreparedRecord
    queue.append(
      record,
      new Delivery({ startMs: 0, deadlineMs: 0, timestamp: 0, generation: 0, order: 0 }, undefined),
      0,
    )
  }
}

/** Does what the sender does with the next step, and says what it was. */
function step(queue: PartitionQueue, nowMs = 0, at = leader): Batch | string {
  const next = queue.next(nowMs, at, false)
  if (!('batch' in next)) return 'needs' in next ? next.needs : `wait until ${next.waitUntilMs}`
  const { batch } = next
  batch.encode(batch.producer ?? queue.begin(batch), 'none')
  batch.state = 'in-flight'
  batch.attempts++
  queue.inFlightLeader = at
  return batch
}

function write(queue: PartitionQueue, nowMs = 0, at = leader): Batch {
  const batch = step(queue, nowMs, at)
  return typeof batch === 'string' ? expect.fail(`no batch but: ${batch}`) : batch
}

function acknowledge(queue: PartitionQueue, batch: Batch): void {
  queue.confirm(batch)
  batch.state = 'done'
  queue.remove(batch)
}

/** A queue that has had its first acknowledgement, with so many batches in flight and more to come. */
function underLoad(inFlight: number): { queue: PartitionQueue; batches: Batch[] } {
  const queue = queueOf()
  append(queue, inFlight + 6)
  acknowledge(queue, write(queue))
  return { queue, batches: Array.from({ length: inFlight }, () => write(queue)) }
}

const sequenceOf = (batch: Batch): number => batch.producer!.baseSequence

describe('PartitionQueue', () => {
  it('asks for an id before it numbers anything, and numbers without one when idempotence is off', () => {
    const queue = new PartitionQueue('t', 0, resolveOptions({}))
    append(queue, 1)
    expect(step(queue)).toBe('sequence-owner')
    const plain = new PartitionQueue('t', 0, resolveOptions({ enableIdempotence: false }))
    append(plain, 1)
    expect(write(plain).producer).toEqual({ producerId: -1n, producerEpoch: -1, baseSequence: -1 })
  })

  it('lets the first batch of a numbering travel alone until it is acknowledged', () => {
    const queue = queueOf()
    append(queue, 3)
    const first = write(queue)
    expect(step(queue)).toBe('event')
    acknowledge(queue, first)
    expect(sequenceOf(write(queue))).toBe(1)
    append(queue, 1)
    expect(sequenceOf(write(queue))).toBe(2)
  })

  it('has as many batches in flight as the window allows, and no more', () => {
    const { queue } = underLoad(5)
    expect(step(queue)).toBe('event')
  })

  it('holds everything younger back while a batch must be written again, and writes the oldest first', () => {
    const { queue, batches } = underLoad(3)
    queue.keepForRetry(batches[1]!, 10)
    expect(step(queue)).toBe('event')
    queue.keepForRetry(batches[0]!, 20)
    expect(step(queue, 19)).toBe('wait until 20')
    expect(write(queue, 20)).toBe(batches[0])
    expect(step(queue, 20)).toBe('event')
    acknowledge(queue, batches[0]!)
    expect(write(queue, 20)).toBe(batches[1])
    expect([0, 1, 2].map((i) => sequenceOf(batches[i]!))).toEqual([1, 2, 3])
  })

  it('writes nothing to another leader while a batch is in flight', () => {
    const { queue, batches } = underLoad(2)
    expect(step(queue, 0, 2)).toBe('event')
    for (const batch of batches) acknowledge(queue, batch)
    expect(sequenceOf(write(queue, 0, 2))).toBe(3)
  })

  it('numbers nothing after a gap until all that was written is settled, and asks for another numbering then', () => {
    const { queue, batches } = underLoad(2)
    queue.remove(batches[0]!)
    queue.gap = 'given up'
    expect(step(queue)).toBe('event')
    acknowledge(queue, batches[1]!)
    expect(step(queue)).toBe('sequence-owner')
    queue.renew({ ...owner, producerEpoch: 1 })
    expect(write(queue).producer).toEqual({ producerId: 7n, producerEpoch: 1, baseSequence: 0 })
  })

  it('keeps the order of batches that are put back, however they come', () => {
    const { queue, batches } = underLoad(4)
    const order = [...batches, ...queue.pending]
    for (const i of [2, 0, 3, 1]) queue.requeue(batches[i]!, 0)
    expect(queue.pending).toEqual(order)
    expect(batches.map((batch) => batch.producer)).toEqual([undefined, undefined, undefined, undefined])
  })

  it('numbers anew after the topic was created again, once what was written is settled', () => {
    const { queue, batches } = underLoad(1)
    queue.restart('created again')
    expect(step(queue)).toBe('event')
    acknowledge(queue, batches[0]!)
    expect(step(queue)).toBe('sequence-owner')
  })

  it('goes on at 0 after the sequence 2147483647, within a batch and between two', () => {
    const queue = queueOf({ batchSize: 65536 })
    const one = (records: number): Batch => {
      append(queue, records)
      const batch = write(queue)
      acknowledge(queue, batch)
      return batch
    }
    queue.nextSequence = 2147483646
    expect([one(3), one(1)].map(sequenceOf)).toEqual([2147483646, 1])
    queue.nextSequence = 2147483647
    expect([one(1), one(1)].map(sequenceOf)).toEqual([2147483647, 0])
  })

  it('puts the second half of a batch back together with the first', () => {
    // Alone under its old numbers it was taken by a log that knew nothing of the producer, and stood before the first.
    const queue = queueOf({ batchSize: 65536 })
    append(queue, 4)
    const whole = write(queue)
    const halves = whole.split()
    queue.replace(whole, halves)
    const first = write(queue)
    queue.requeue(first, 0)
    expect(queue.unsettled).toEqual([])
    expect(queue.pending).toEqual(halves)
  })

  it('keeps the order of halves that are put back one by one', () => {
    // They shared one place in the order, so the first could come behind the second.
    const queue = queueOf({ batchSize: 65536 })
    append(queue, 4)
    const whole = write(queue)
    const halves = whole.split()
    queue.replace(whole, halves)
    for (const half of halves) half.state = 'in-flight'
    queue.requeue(halves[1], 0)
    queue.requeue(halves[0], 0)
    expect(queue.pending).toEqual(halves)
  })

  it('gives the halves of a split batch the sequences that their records had, across the wrap', () => {
    const queue = queueOf({ batchSize: 65536 })
    queue.nextSequence = 2147483646
    append(queue, 4)
    const whole = write(queue)
    const halves = whole.split()
    queue.replace(whole, halves)
    expect(halves.map((half) => [sequenceOf(half), half.recordCount])).toEqual([
      [2147483646, 2],
      [0, 2],
    ])
    expect(write(queue)).toBe(halves[0])
    expect(step(queue)).toBe('event')
  })
})

describe('addToSequence', () => {
  it('wraps as DefaultRecordBatch.incrementSequence does', () => {
    expect([addToSequence(2147483647, 1), addToSequence(2147483646, 3), addToSequence(0, 5)]).toEqual([
      0, 1, 5,
    ])
  })
})
