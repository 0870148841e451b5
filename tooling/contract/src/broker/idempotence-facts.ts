import { createTopics, deleteRecords, deleteTopics, errorCode, initProducerId } from '@headwater/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { until, type BrokerBench, type FactTopic } from './broker-bench.ts'
import { makeBatch } from './make-batch.ts'
import { produceTo, readBatches, type ProduceAnswer } from './produce-to.ts'

const lastSequence = 2_147_483_647
const { OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH } = errorCode

/** What a broker remembers of an idempotent producer, and where its ids come from. */
export function describeIdempotence(getBench: () => BrokerBench): void {
  let topic: FactTopic
  let producerId: bigint

  beforeEach(async () => {
    topic = await getBench().topic()
    producerId = await getBench().producerId()
  })

  /** Sends `count` records as the producer of this fact. */
  const send = (
    baseSequence: number,
    { count = 1, producerEpoch = 0, value = 'v' } = {},
  ): Promise<ProduceAnswer> => {
    const values = Array.from({ length: count }, () => value)
    return produceTo(getBench(), topic, makeBatch(values, { producerId, producerEpoch, baseSequence }))
  }
  const appended = (baseOffset: bigint) => ({ errorCode: 0, baseOffset })
  const refused = (code: number) => ({ errorCode: code, baseOffset: -1n })
  const batchesInLog = async (): Promise<number> => (await readBatches(getBench(), topic)).length

  describe('an idempotent producer', () => {
    it.each([0, 1, 2, 3, 4])(
      'gets the first offset again for a batch that %i others have followed',
      async (others) => {
        const first = await send(0, { count: 2 })
        for (let at = 0; at < others; at++) await send(2 + at)
        expect(await send(0, { count: 2 })).toMatchObject(appended(first.baseOffset))
        expect(await batchesInLog()).toBe(1 + others)
      },
    )

    it('gets OUT_OF_ORDER_SEQUENCE_NUMBER for a repeated batch that five others have followed', async () => {
      for (let sequence = 0; sequence < 6; sequence++) await send(sequence)
      expect(await send(0)).toMatchObject(refused(OUT_OF_ORDER_SEQUENCE_NUMBER))
      expect(await send(1)).toMatchObject(appended(1n))
    })

    it('is told the time of the first append when it repeats a batch', async () => {
      const first = await send(0)
      expect(first.logAppendTimeMs).toBe(-1n)
      const again = await send(0)
      expect(again).toMatchObject({ errorCode: 0, logAppendTimeMs: 1_700_000_000_000n })
    })

    it('may not leave a gap', async () => {
      await send(0)
      expect(await send(2)).toMatchObject(refused(OUT_OF_ORDER_SEQUENCE_NUMBER))
      expect(await send(1)).toMatchObject(appended(1n))
    })

    it('may not repeat a part of a batch', async () => {
      await send(0, { count: 3 })
      for (const [sequence, count] of [
        [0, 2],
        [1, 1],
        [2, 1],
        [0, 4],
        [2, 2],
      ] as const) {
        expect(await send(sequence, { count })).toMatchObject(refused(OUT_OF_ORDER_SEQUENCE_NUMBER))
      }
      expect(await send(3)).toMatchObject(appended(3n))
    })

    it('is recognised by its sequences alone, not by what is in the batch', async () => {
      await send(0, { value: 'one thing' })
      expect(await send(0, { value: 'another' })).toMatchObject(appended(0n))
      expect(await batchesInLog()).toBe(1)
    })

    it.each([1, 1000, lastSequence])('may begin with sequence %i where nobody knows it', async (sequence) => {
      expect(await send(sequence)).toMatchObject(appended(0n))
    })

    it('begins with sequence 0 under a new epoch', async () => {
      await send(0)
      expect(await send(1, { producerEpoch: 1 })).toMatchObject(refused(OUT_OF_ORDER_SEQUENCE_NUMBER))
      expect(await send(0, { producerEpoch: 1 })).toMatchObject(appended(1n))
    })

    it('may skip epochs', async () => {
      await send(0)
      expect(await send(0, { producerEpoch: 7 })).toMatchObject(appended(1n))
    })

    it('may begin with any epoch where nobody knows it', async () => {
      expect(await send(5, { producerEpoch: 9 })).toMatchObject(appended(0n))
    })

    it('is INVALID_PRODUCER_EPOCH under an old epoch, even with a batch that was appended', async () => {
      await send(0)
      await send(0, { producerEpoch: 1 })
      expect(await send(0)).toMatchObject(refused(INVALID_PRODUCER_EPOCH))
      expect(await send(1)).toMatchObject(refused(INVALID_PRODUCER_EPOCH))
      expect(await batchesInLog()).toBe(2)
    })

    it('gets the same offset for the same sequence of a new epoch when it repeats that', async () => {
      await send(0)
      await send(0, { producerEpoch: 1 })
      expect(await send(0, { producerEpoch: 1 })).toMatchObject(appended(1n))
      expect(await send(1, { producerEpoch: 1 })).toMatchObject(appended(2n))
    })

    it('goes on with 0 after 2147483647', async () => {
      await send(lastSequence - 1)
      expect(await send(lastSequence)).toMatchObject(appended(1n))
      expect(await send(0)).toMatchObject(appended(2n))
      expect(await send(1)).toMatchObject(appended(3n))
    })

    it('may not go on with anything else after 2147483647', async () => {
      await send(lastSequence)
      expect(await send(1)).toMatchObject(refused(OUT_OF_ORDER_SEQUENCE_NUMBER))
    })

    it('may not go on with 0 one before 2147483647', async () => {
      await send(lastSequence - 1)
      expect(await send(0)).toMatchObject(refused(OUT_OF_ORDER_SEQUENCE_NUMBER))
    })

    it('may wrap within a batch, and repeat that', async () => {
      expect(await send(lastSequence - 1, { count: 4 })).toMatchObject(appended(0n))
      expect(await send(2)).toMatchObject(appended(4n))
      expect(await send(lastSequence - 1, { count: 4 })).toMatchObject(appended(0n))
    })

    it('is known by partition', async () => {
      const bench = getBench()
      topic = await bench.topic({ partitions: 2 })
      const batch = makeBatch(['v'], { producerId, producerEpoch: 0, baseSequence: 0 })
      await produceTo(bench, topic, batch, { partition: 0 })
      expect(await produceTo(bench, topic, batch, { partition: 1 })).toMatchObject(appended(0n))
      expect(await readBatches(bench, topic, 1)).toHaveLength(1)
    })

    it('does not stand in the way of another', async () => {
      const bench = getBench()
      await send(0)
      producerId = await bench.producerId()
      expect(await send(0)).toMatchObject(appended(1n))
      expect(await send(1)).toMatchObject(appended(2n))
    })

    it('is recognised with acks 1, too', async () => {
      const bench = getBench()
      const batch = makeBatch(['v'], { producerId, producerEpoch: 0, baseSequence: 0 })
      await produceTo(bench, topic, batch, { acks: 1 })
      expect(await produceTo(bench, topic, batch, { acks: 1 })).toMatchObject(appended(0n))
      // A consumer sees only what the followers have, too; this one waits for them.
      expect(await send(1)).toMatchObject(appended(1n))
      expect(await batchesInLog()).toBe(2)
    })

    it('is forgotten with its topic', async () => {
      const bench = getBench()
      await send(0)
      await send(1)
      const client = await bench.client()
      await client.send(deleteTopics, 6, {
        topics: [{ name: topic.name, topicId: '00000000-0000-0000-0000-000000000000' }],
        timeoutMs: 5000,
      })
      const created = await until('the topic anew', async () => {
        const { topics } = await client.send(createTopics, 7, {
          topics: [
            {
              name: topic.name,
              numPartitions: 1,
              replicationFactor: bench.cluster.replicationFactor,
              assignments: [],
              configs: [],
            },
          ],
        })
        return topics[0]!.errorCode === 0 ? topics[0] : undefined
      })
      topic = { name: topic.name, id: created.topicId }
      await bench.settled(topic, 1)
      expect(await send(0)).toMatchObject(appended(0n))
    })

    it('is remembered when its records are deleted', async () => {
      const bench = getBench()
      await send(0)
      await send(1)
      const leader = await bench.leader(topic)
      await leader.send(deleteRecords, 2, {
        topics: [{ name: topic.name, partitions: [{ partitionIndex: 0, offset: -1n }] }],
        timeoutMs: 5000,
      })
      expect(await send(5)).toMatchObject(refused(OUT_OF_ORDER_SEQUENCE_NUMBER))
      expect(await send(2)).toMatchObject(appended(2n))
    })
  })

  describe('a producer without an id', () => {
    it('is never recognised', async () => {
      const batch = makeBatch(['v'], { producerId: -1n, producerEpoch: -1, baseSequence: -1 })
      expect(await produceTo(getBench(), topic, batch)).toMatchObject(appended(0n))
      expect(await produceTo(getBench(), topic, batch)).toMatchObject(appended(1n))
    })

    it('may give any sequence', async () => {
      const batch = makeBatch(['v'], { producerId: -1n, producerEpoch: 3, baseSequence: 17 })
      expect(await produceTo(getBench(), topic, batch)).toMatchObject(appended(0n))
      expect(await produceTo(getBench(), topic, batch)).toMatchObject(appended(1n))
    })
  })

  describe('InitProducerId', () => {
    const ask = async (
      version: number,
      body: {
        readonly producerId?: bigint
        readonly producerEpoch?: number
        readonly transactionalId?: string | null
        readonly transactionTimeoutMs?: number
      },
    ) =>
      (await getBench().client()).send(initProducerId, version, {
        transactionalId: null,
        transactionTimeoutMs: 60_000,
        ...body,
      })

    it.each([0, 1, 2, 3, 4, 5])('gives in v%i a new id with epoch 0 each time', async (version) => {
      const [one, two] = [await ask(version, {}), await ask(version, {})]
      expect(one).toMatchObject({ errorCode: 0, producerEpoch: 0 })
      expect(two).toMatchObject({ errorCode: 0, producerEpoch: 0 })
      expect(two.producerId).toBeGreaterThan(one.producerId)
    })

    it('gives a new id also to one that has an id, without a transactional id', async () => {
      const answer = await ask(4, { producerId, producerEpoch: 0 })
      expect(answer).toMatchObject({ errorCode: 0, producerEpoch: 0 })
      expect(answer.producerId).not.toBe(producerId)
    })

    it.each([0, 3, 5])('refuses an empty transactional id in v%i', async (version) => {
      expect(await ask(version, { transactionalId: '' })).toMatchObject({
        errorCode: errorCode.INVALID_REQUEST,
        producerId: -1n,
      })
    })

    it.each([3, 4, 5])(
      'refuses an id without an epoch and an epoch without an id in v%i',
      async (version) => {
        const error = { errorCode: errorCode.INVALID_REQUEST }
        expect(await ask(version, { producerId: 5n, producerEpoch: -1 })).toMatchObject(error)
        expect(await ask(version, { producerId: -1n, producerEpoch: 5 })).toMatchObject(error)
      },
    )

    it('does not look at the timeout of one without a transactional id', async () => {
      expect(await ask(4, { transactionTimeoutMs: 2_000_000_000 })).toMatchObject({ errorCode: 0 })
      expect(await ask(4, { transactionTimeoutMs: -1 })).toMatchObject({ errorCode: 0 })
    })
  })
}
