import { errorCode, fetch } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import type { BrokerBench, FactTopic } from './broker-bench.ts'
import {
  baseOffsetsOf,
  fetchRequest,
  partitionsOf,
  type FetchAnswer,
  type FetchOptions,
} from './fetch-from.ts'
import { makeBatch } from './make-batch.ts'
import { missingTopic, produceTo } from './produce-to.ts'

const versions = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]
const topicIdsSince = 13

/** What a consumer gets, and when. */
export function describeFetch(getBench: () => BrokerBench): void {
  const read = async (topic: FactTopic, options: FetchOptions = {}, version = 12): Promise<FetchAnswer> => {
    const client = await getBench().leader(topic)
    return partitionsOf(await client.send(fetch, version, fetchRequest(topic, options)))[0]!
  }
  /** A topic with three batches of two records each. */
  const filled = async (): Promise<FactTopic> => {
    const bench = getBench()
    const topic = await bench.topic()
    for (const value of ['a', 'b', 'c']) await produceTo(bench, topic, makeBatch([value, value]))
    return topic
  }
  const batchBytes = makeBatch(['a', 'a']).length

  describe.each(versions)('Fetch v%i', (version) => {
    it('gives the batches from an offset on, and how far the log goes', async () => {
      const topic = await filled()
      const answer = await read(topic, { offset: 2n }, version)
      expect(answer).toMatchObject({
        partitionIndex: 0,
        errorCode: 0,
        highWatermark: 6n,
        lastStableOffset: 6n,
        logStartOffset: version >= 5 ? 0n : -1n,
        preferredReadReplica: -1,
      })
      expect(baseOffsetsOf(answer)).toEqual([2n, 4n])
    })

    it('gives nothing at the end of the log, and no error', async () => {
      const topic = await filled()
      const answer = await read(topic, { offset: 6n }, version)
      expect(answer).toMatchObject({ errorCode: 0, highWatermark: 6n })
      expect(answer.records).toHaveLength(0)
    })

    it.each([7n, -1n, 1_000_000n])('refuses the offset %i, which the log does not have', async (offset) => {
      const answer = await read(await filled(), { offset }, version)
      expect(answer).toMatchObject({
        errorCode: errorCode.OFFSET_OUT_OF_RANGE,
        highWatermark: -1n,
        lastStableOffset: -1n,
        logStartOffset: -1n,
      })
      expect(answer.records).toHaveLength(0)
    })

    it('knows neither a missing topic nor a missing partition', async () => {
      const bench = getBench()
      const client = await bench.client()
      const missing = await client.send(fetch, version, fetchRequest(missingTopic(bench)))
      expect(partitionsOf(missing)).toMatchObject([
        {
          errorCode:
            version >= topicIdsSince ? errorCode.UNKNOWN_TOPIC_ID : errorCode.UNKNOWN_TOPIC_OR_PARTITION,
          highWatermark: -1n,
        },
      ])
      expect(await read(await bench.topic(), { partitions: [5] }, version)).toMatchObject({
        partitionIndex: 5,
        errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION,
      })
    })
  })

  describe('Fetch', () => {
    it('gives a whole batch for an offset inside of it', async () => {
      expect(baseOffsetsOf(await read(await filled(), { offset: 3n }))).toEqual([2n, 4n])
    })

    it('gives the first batch even if it is larger than the partition may give', async () => {
      expect(baseOffsetsOf(await read(await filled(), { partitionMaxBytes: 1 }))).toEqual([0n])
    })

    it('gives the first batch even if it is larger than the answer may be', async () => {
      expect(baseOffsetsOf(await read(await filled(), { maxBytes: 1 }))).toEqual([0n])
    })

    it('gives as many batches as fit exactly', async () => {
      const topic = await filled()
      expect(baseOffsetsOf(await read(topic, { partitionMaxBytes: 2 * batchBytes }))).toEqual([0n, 2n])
      expect(baseOffsetsOf(await read(topic, { maxBytes: 2 * batchBytes }))).toEqual([0n, 2n])
    })

    it('gives only the first partition with data more than it may', async () => {
      const bench = getBench()
      const topic = await bench.topic({ partitions: 3 })
      // On several brokers each partition may have a leader of its own; what is asked of one of them counts.
      const leaders = await Promise.all([0, 1, 2].map((partition) => bench.leaderAddress(topic, partition)))
      const partitions = [0, 1, 2].filter((partition) => leaders[partition] === leaders[0])
      for (const partition of partitions) {
        await produceTo(bench, topic, makeBatch(['a']), { partition })
      }
      const client = await bench.client(leaders[0])
      const answer = await client.send(fetch, 12, fetchRequest(topic, { partitions, maxBytes: 1 }))
      const withData = partitionsOf(answer).filter(({ records }) => records!.length > 0)
      expect(withData.map(({ partitionIndex }) => partitionIndex)).toEqual([0])
      expect(partitionsOf(answer)).toHaveLength(partitions.length)
    })

    it('skips empty partitions when it looks for the first one', async () => {
      const bench = getBench()
      const topic = await bench.topic({ partitions: 4 })
      const leaders = await Promise.all(
        [0, 1, 2, 3].map((partition) => bench.leaderAddress(topic, partition)),
      )
      // On several brokers the first partition may be alone with its leader, but four cannot all be.
      const first = leaders.findIndex((leader, index) => leaders.lastIndexOf(leader) > index)
      const last = leaders.lastIndexOf(leaders[first]!)
      await produceTo(bench, topic, makeBatch(['a']), { partition: last })
      const client = await bench.client(leaders[first])
      const partitions = [first, last]
      const answer = await client.send(fetch, 12, fetchRequest(topic, { partitions, maxBytes: 1 }))
      expect(partitionsOf(answer).map(({ records }) => records!.length > 0)).toEqual([false, true])
    })

    it.each([
      [0, null],
      [1, []],
    ])('names no aborted transactions with isolation level %i', async (isolationLevel, aborted) => {
      expect(await read(await filled(), { isolationLevel })).toMatchObject({
        abortedTransactions: aborted,
        lastStableOffset: 6n,
      })
    })

    it('refuses a leader epoch that is not there yet', async () => {
      expect(await read(await filled(), { currentLeaderEpoch: 1 })).toMatchObject({
        errorCode: errorCode.UNKNOWN_LEADER_EPOCH,
        highWatermark: -1n,
      })
    })

    it('takes the leader epoch that is', async () => {
      expect(await read(await filled(), { currentLeaderEpoch: 0 })).toMatchObject({ errorCode: 0 })
    })

    it('answers a request for nothing at once', async () => {
      const bench = getBench()
      const client = await bench.client()
      const nothing = { partitions: [], maxWaitMs: 60_000 }
      const answer = await client.send(fetch, 12, fetchRequest(missingTopic(bench), nothing))
      expect(answer).toMatchObject({ errorCode: 0, responses: [] })
    })

    it.each([
      ['an offset that is out of range', { offset: 99n }, errorCode.OFFSET_OUT_OF_RANGE],
      ['a partition that is not there', { partitions: [9] }, errorCode.UNKNOWN_TOPIC_OR_PARTITION],
      ['a leader epoch that is not there', { currentLeaderEpoch: 5 }, errorCode.UNKNOWN_LEADER_EPOCH],
    ])('does not wait over %s', async (_, wrong, code) => {
      const options = { ...wrong, maxWaitMs: 60_000, minBytes: 1000 }
      expect(await read(await filled(), options)).toMatchObject({ errorCode: code })
    })

    it('does not wait when there is enough', async () => {
      const options = { maxWaitMs: 60_000, minBytes: 3 * batchBytes }
      expect(baseOffsetsOf(await read(await filled(), options))).toEqual([0n, 2n, 4n])
    })

    it('answers without data when the time is over', async () => {
      const answer = await read(await filled(), { offset: 6n, maxWaitMs: 30 })
      expect(answer.records).toHaveLength(0)
    })

    it('answers with too little when the time is over', async () => {
      const answer = await read(await filled(), { offset: 4n, maxWaitMs: 30, minBytes: 100_000 })
      expect(baseOffsetsOf(answer)).toEqual([4n])
    })

    it('waits for the first record', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const consumer = await bench.fresh(await bench.leaderAddress(topic))
      const order: string[] = []
      const waiting = consumer
        .send(fetch, 12, fetchRequest(topic, { maxWaitMs: 60_000 }))
        .finally(() => order.push('fetched'))
      await (await bench.leader(topic)).send(fetch, 12, fetchRequest(topic))
      order.push('sending')
      await produceTo(bench, topic, makeBatch(['a']))
      expect(baseOffsetsOf(partitionsOf(await waiting)[0]!)).toEqual([0n])
      expect(order).toEqual(['sending', 'fetched'])
    })

    it('waits for as many bytes as it was asked for', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const consumer = await bench.fresh(await bench.leaderAddress(topic))
      const options = { maxWaitMs: 60_000, minBytes: 2 * batchBytes }
      const waiting = consumer.send(fetch, 12, fetchRequest(topic, options))
      for (let times = 0; times < 2; times++) await produceTo(bench, topic, makeBatch(['a', 'a']))
      expect(baseOffsetsOf(partitionsOf(await waiting)[0]!)).toEqual([0n, 2n])
    })
  })
}
