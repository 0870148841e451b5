import { deleteRecords, errorCode, fetch, listOffsets, type ResponseOf } from '@headwater/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import type { BrokerBench, FactTopic } from './broker-bench.ts'
import { fetchRequest, partitionsOf } from './fetch-from.ts'
import { makeBatch, makeCompressedBatch, someTimeMs } from './make-batch.ts'
import { missingTopic, produceTo } from './produce-to.ts'

const versions = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
const latest = -1n
const earliest = -2n
const largestTimestamp = -3n
const earliestLocal = -4n
const latestTiered = -5n

type Found = ResponseOf<typeof listOffsets>['topics'][number]['partitions'][number]

/** Where logs begin and end, what stands where in time, and how their beginning moves. */
export function describeOffsets(getBench: () => BrokerBench): void {
  let topic: FactTopic
  const at = (ms: number): bigint => BigInt(someTimeMs + ms)

  beforeEach(async () => {
    topic = await getBench().topic()
  })

  const find = async (
    timestamp: bigint,
    { version = 11, partition = 0, currentLeaderEpoch = -1, isolationLevel = 0, of = topic } = {},
  ): Promise<Found> => {
    const bench = getBench()
    const client = of === topic ? await bench.leader(topic) : await bench.client()
    const { topics } = await client.send(listOffsets, version, {
      replicaId: -1,
      isolationLevel,
      topics: [{ name: of.name, partitions: [{ partitionIndex: partition, timestamp, currentLeaderEpoch }] }],
      timeoutMs: 5000,
    })
    return topics[0]!.partitions[0]!
  }
  /** Records at +0, +10 and +20 ms, and in a compressed batch at +30, +50 and +40. */
  const fill = async (): Promise<void> => {
    const bench = getBench()
    const records = (...times: number[]) =>
      times.map((ms) => ({ value: String(ms), timestamp: someTimeMs + ms }))
    await produceTo(bench, topic, makeBatch(records(0, 10, 20)))
    await produceTo(bench, topic, await makeCompressedBatch('gzip', records(30, 50, 40)))
  }

  describe.each(versions)('ListOffsets v%i', (version) => {
    const leaderEpoch = version >= 4 ? 0 : -1

    it('finds 0 as beginning and end of an empty log', async () => {
      const found = { errorCode: 0, offset: 0n, timestamp: -1n, leaderEpoch }
      expect(await find(latest, { version })).toMatchObject(found)
      expect(await find(earliest, { version })).toMatchObject(found)
    })

    it('finds beginning and end of a log', async () => {
      await fill()
      expect(await find(latest, { version })).toMatchObject({ errorCode: 0, offset: 6n, leaderEpoch })
      expect(await find(earliest, { version })).toMatchObject({ errorCode: 0, offset: 0n, leaderEpoch })
    })

    it('finds the first record at or after a time', async () => {
      await fill()
      const found = (offset: bigint, timestamp: bigint) => ({ errorCode: 0, offset, timestamp, leaderEpoch })
      expect(await find(0n, { version })).toMatchObject(found(0n, at(0)))
      expect(await find(at(10), { version })).toMatchObject(found(1n, at(10)))
      expect(await find(at(11), { version })).toMatchObject(found(2n, at(20)))
      expect(await find(at(35), { version })).toMatchObject(found(4n, at(50)))
    })

    it('finds nothing after the last record', async () => {
      await fill()
      expect(await find(at(51), { version })).toMatchObject({
        errorCode: 0,
        offset: -1n,
        timestamp: -1n,
        leaderEpoch: -1,
      })
    })

    it('knows neither a missing topic nor a missing partition', async () => {
      const unknown = { errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, offset: -1n, timestamp: -1n }
      expect(await find(latest, { version, of: missingTopic(getBench()) })).toMatchObject(unknown)
      expect(await find(latest, { version, partition: 3 })).toMatchObject(unknown)
    })
  })

  describe('ListOffsets', () => {
    it.each([7, 8, 9, 10, 11])('finds the record with the largest timestamp in v%i', async (version) => {
      await fill()
      expect(await find(largestTimestamp, { version })).toMatchObject({
        errorCode: 0,
        offset: 4n,
        timestamp: at(50),
        leaderEpoch: 0,
      })
    })

    it('finds no largest timestamp in an empty log', async () => {
      expect(await find(largestTimestamp)).toMatchObject({ errorCode: 0, offset: -1n, timestamp: -1n })
    })

    it('finds the first record with the largest timestamp where there are several', async () => {
      const bench = getBench()
      for (let times = 0; times < 2; times++) await produceTo(bench, topic, makeBatch(['a', 'b']))
      expect(await find(largestTimestamp)).toMatchObject({ offset: 0n, timestamp: at(0) })
    })

    it.each([8, 11])('finds the beginning of what is on the broker itself in v%i', async (version) => {
      await fill()
      expect(await find(earliestLocal, { version })).toMatchObject({ errorCode: 0, offset: 0n })
    })

    it.each([9, 11])('finds nothing that was moved to another tier in v%i', async (version) => {
      await fill()
      expect(await find(latestTiered, { version })).toMatchObject({ errorCode: 0, offset: -1n })
    })

    it('finds the same end with isolation level 1, where nothing is open', async () => {
      await fill()
      expect(await find(latest, { isolationLevel: 1 })).toMatchObject({ errorCode: 0, offset: 6n })
    })

    it.each([4, 7, 11])('refuses in v%i a leader epoch that is not there yet', async (version) => {
      expect(await find(latest, { version, currentLeaderEpoch: 1 })).toMatchObject({
        errorCode: errorCode.UNKNOWN_LEADER_EPOCH,
        offset: -1n,
      })
    })

    it('takes the leader epoch that is', async () => {
      expect(await find(latest, { currentLeaderEpoch: 0 })).toMatchObject({ errorCode: 0 })
    })
  })

  describe('DeleteRecords', () => {
    const remove = async (
      offset: bigint,
      {
        version = 2,
        partition = 0,
        of = topic,
      }: { version?: number; partition?: number; of?: FactTopic } = {},
    ) => {
      const bench = getBench()
      const client = of === topic ? await bench.leader(topic) : await bench.client()
      const { topics } = await client.send(deleteRecords, version, {
        topics: [{ name: of.name, partitions: [{ partitionIndex: partition, offset }] }],
        timeoutMs: 5000,
      })
      return topics[0]!.partitions[0]!
    }
    const fetchAt = async (offset: bigint) =>
      partitionsOf(
        await (await getBench().leader(topic)).send(fetch, 12, fetchRequest(topic, { offset })),
      )[0]!

    it.each([0, 1, 2])('moves the beginning of a log in v%i', async (version) => {
      await fill()
      expect(await remove(2n, { version })).toEqual({ partitionIndex: 0, errorCode: 0, lowWatermark: 2n })
      expect(await find(earliest)).toMatchObject({ offset: 2n })
      expect(await fetchAt(2n)).toMatchObject({ errorCode: 0, logStartOffset: 2n, highWatermark: 6n })
      expect(await fetchAt(1n)).toMatchObject({ errorCode: errorCode.OFFSET_OUT_OF_RANGE })
    })

    it('deletes everything with -1', async () => {
      await fill()
      expect(await remove(-1n)).toMatchObject({ errorCode: 0, lowWatermark: 6n })
      expect(await find(earliest)).toMatchObject({ offset: 6n })
      expect(await find(latest)).toMatchObject({ offset: 6n })
      expect(await produceTo(getBench(), topic, makeBatch(['a']))).toMatchObject({
        baseOffset: 6n,
        logStartOffset: 6n,
      })
    })

    it('never moves the beginning back', async () => {
      await fill()
      await remove(4n)
      expect(await remove(2n)).toMatchObject({ errorCode: 0, lowWatermark: 4n })
      expect(await find(earliest)).toMatchObject({ offset: 4n })
    })

    it('does not find what it has deleted by its time', async () => {
      await fill()
      await remove(2n)
      expect(await find(0n)).toMatchObject({ offset: 2n, timestamp: at(20) })
    })

    it.each([7n, -2n])('refuses the offset %i, which the log does not have', async (offset) => {
      await fill()
      expect(await remove(offset)).toEqual({
        partitionIndex: 0,
        errorCode: errorCode.OFFSET_OUT_OF_RANGE,
        lowWatermark: -1n,
      })
    })

    it('knows neither a missing topic nor a missing partition', async () => {
      const unknown = { errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, lowWatermark: -1n }
      expect(await remove(0n, { of: missingTopic(getBench()) })).toMatchObject(unknown)
      expect(await remove(0n, { partition: 9 })).toMatchObject(unknown)
    })

    it.each([
      ['compact', errorCode.POLICY_VIOLATION],
      ['compact,delete', 0],
    ])('asks for a topic whose policy is to delete, not %s', async (policy, code) => {
      topic = await getBench().topic({ config: { 'cleanup.policy': policy } })
      await produceTo(getBench(), topic, makeBatch([{ key: 'k' }]))
      expect(await remove(1n)).toMatchObject({ errorCode: code })
    })
  })
}
