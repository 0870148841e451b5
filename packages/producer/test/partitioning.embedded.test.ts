import { randomInt } from 'node:crypto'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { Partitioners } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenantPartitioner, type PartitionerInput } from '../src/index.ts'
import { producersUnderTest } from './producers.ts'

const partitions = 7

describe('the partition of a record', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeAll(async () => {
    kafka = await startKafka({ topics: { orders: { partitions } } })
  })
  afterAll(() => kafka.close())

  it('is for a key the one that Java and kafkajs choose', async () => {
    const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 1,
      replicas: [1],
      isr: [1],
    }))
    const theirs = Partitioners.DefaultPartitioner()
    const keys = Array.from({ length: 1000 }, () =>
      Buffer.from(Array.from({ length: randomInt(0, 40) }, () => randomInt(256))),
    )
    const results = await producerFor(kafka).sendMany(
      keys.map((key) => ({ topic: 'orders', key, value: 'x' })),
    )
    for (const [i, result] of results.entries()) {
      const key = keys[i]!
      const expected = theirs({ topic: 'orders', partitionMetadata, message: { key, value: 'x' } })
      expect(result, key.toString('hex')).toMatchObject({ receipt: { partition: expected } })
    }
  })

  it('is the explicit one, whatever the key', async () => {
    const producer = producerFor(kafka, { partitioner: () => 0 })
    for (let partition = 0; partition < partitions; partition++) {
      expect(await producer.send({ topic: 'orders', key: 'k', value: 'x', partition })).toMatchObject({
        partition,
      })
    }
  })

  it('is the choice of a partitioner, which may leave it to the default', async () => {
    const seen: PartitionerInput[] = []
    const producer = producerFor(kafka, {
      partitioner: (input) => {
        seen.push(input)
        return input.key?.toString() === 'last' ? input.partitionCount - 1 : undefined
      },
    })
    const last = await producer.send({ topic: 'orders', key: 'last', value: 'x', headers: { a: '1' } })
    expect(last.partition).toBe(partitions - 1)
    expect(seen).toEqual([
      { topic: 'orders', key: Buffer.from('last'), headers: [['a', '1']], partitionCount: partitions },
    ])
    const plain = await producerFor(kafka).send({ topic: 'orders', key: 'other', value: 'x' })
    expect(await producer.send({ topic: 'orders', key: 'other', value: 'x' })).toMatchObject({
      partition: plain.partition,
    })
  })

  it.each([
    ['gives no partition of the topic', () => partitions],
    ['gives a promise', (() => Promise.resolve(0)) as never],
    ['gives an empty list', (() => []) as never],
    ['gives a list with something else in it', (() => [0, partitions]) as never],
    [
      'throws',
      () => {
        throw new Error('no idea')
      },
    ],
  ])('is refused alone when the partitioner %s', async (_, broken) => {
    const partitioner = (input: PartitionerInput): number | undefined => (input.key === null ? 0 : broken())
    const producer = producerFor(kafka, { partitioner })
    const results = await producer.sendMany([
      { topic: 'orders', key: 'k', value: 'x' },
      { topic: 'orders', value: 'x' },
    ])
    expect(results).toMatchObject([
      { status: 'rejected', error: { code: 'INVALID_PARTITION' } },
      { status: 'delivered' },
    ])
  })

  it('is without a key one of those that a partitioner allows, batch after batch', async () => {
    const partitioner = tenantPartitioner({ partitionsPerTenant: 3 })
    const producer = producerFor(kafka, { partitioner, batchSize: 500 })
    const sendTo = async (tenant: string, more = {}): Promise<number> => {
      const record = { topic: 'orders', value: 'x'.repeat(100), headers: { 'tenant-id': tenant }, ...more }
      return (await producer.send(record)).partition
    }
    const allowed = partitioner({
      topic: 'orders',
      key: null,
      headers: [['tenant-id', 'shop']],
      partitionCount: partitions,
    }) as readonly number[]
    const chosen: number[] = []
    for (let i = 0; i < 100; i++) chosen.push(await sendTo('shop'))
    expect(new Set(chosen)).toEqual(new Set(allowed))
    // A batch's worth stays together: three records of a hundred bytes and more fill 500.
    const moves = chosen.filter((partition, i) => i > 0 && partition !== chosen[i - 1]).length
    expect(moves).toBeLessThan(50)
    expect(allowed).toContain(await sendTo('shop', { key: 'k' }))
    const explicit = [...Array(partitions).keys()].find((partition) => !allowed.includes(partition))!
    expect(await sendTo('shop', { partition: explicit })).toBe(explicit)
  })

  it('is without a key the same for what travels together', async () => {
    const results = await producerFor(kafka).sendMany(
      Array.from({ length: 50 }, () => ({ topic: 'orders', value: 'x' })),
    )
    const chosen = new Set(results.map((result) => result.status === 'delivered' && result.receipt.partition))
    expect(chosen.size).toBe(1)
  })

  it('is without a key another after each batchSize bytes, also for who awaits every send', async () => {
    // A caller that awaited each send stayed on one partition for ever.
    const producer = producerFor(kafka, { batchSize: 500 })
    const chosen = new Set<number>()
    for (let i = 0; i < 200; i++)
      chosen.add((await producer.send({ topic: 'orders', value: 'x'.repeat(100) })).partition)
    expect(chosen.size).toBe(partitions)
  })

  it('is without a key spread over all under load', async () => {
    const producer = producerFor(kafka, { batchSize: 1000 })
    const results = await producer.sendMany(
      Array.from({ length: 2000 }, () => ({ topic: 'orders', value: 'x'.repeat(100) })),
    )
    const counts = new Map<number, number>()
    for (const result of results) {
      if (result.status !== 'delivered') continue
      counts.set(result.receipt.partition, (counts.get(result.receipt.partition) ?? 0) + 1)
    }
    expect(counts.size).toBe(partitions)
    for (const count of counts.values()) expect(count).toBeGreaterThan(2000 / partitions / 4)
  })
})
