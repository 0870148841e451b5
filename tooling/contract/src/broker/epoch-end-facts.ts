import { errorCode, offsetForLeaderEpoch, type ResponseOf } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import type { BrokerBench, FactTopic } from './broker-bench.ts'
import { makeBatch } from './make-batch.ts'
import { missingTopic, produceTo } from './produce-to.ts'
import type { RawClient } from './raw-client.ts'

/** What {@link askEpochEnd} asks. */
export interface EpochQuestion {
  readonly partition?: number
  /** The epoch whose end is wanted. @defaultValue 0 */
  readonly leaderEpoch?: number
  /** What the client thinks is the newest. @defaultValue -1, which is nothing */
  readonly currentLeaderEpoch?: number
  /** @defaultValue 4 */
  readonly version?: number
}

/** What is said of one partition. */
export type EpochEnd = ResponseOf<typeof offsetForLeaderEpoch>['topics'][number]['partitions'][number]

/** Where a leader epoch ends, as a consumer asks when the leader has changed. */
export async function askEpochEnd(
  client: RawClient,
  topic: FactTopic,
  question: EpochQuestion = {},
): Promise<EpochEnd> {
  const { partition = 0, leaderEpoch = 0, currentLeaderEpoch = -1, version = 4 } = question
  const { topics } = await client.send(offsetForLeaderEpoch, version, {
    replicaId: -1,
    topics: [{ topic: topic.name, partitions: [{ partition, currentLeaderEpoch, leaderEpoch }] }],
  })
  expect(topics).toMatchObject([{ topic: topic.name, partitions: [{ partition }] }])
  return topics[0]!.partitions[0]!
}

/** How consumers find out that a log was cut off. */
export function describeEpochEnds(getBench: () => BrokerBench): void {
  const none = { leaderEpoch: -1, endOffset: -1n }

  describe('OffsetForLeaderEpoch', () => {
    it.each([2, 3, 4])("says in v%i that the leader's own epoch ends with the log", async (version) => {
      const bench = getBench()
      const topic = await bench.topic()
      const client = await bench.leader(topic)
      expect(await askEpochEnd(client, topic, { version })).toMatchObject({
        errorCode: 0,
        leaderEpoch: 0,
        endOffset: 0n,
      })
      await produceTo(bench, topic, makeBatch(['a', 'b', 'c']))
      expect(await askEpochEnd(client, topic, { version, currentLeaderEpoch: 0 })).toMatchObject({
        errorCode: 0,
        leaderEpoch: 0,
        endOffset: 3n,
      })
    })

    it.each([1, 77, -1])('knows no end of the epoch %i, which nobody had', async (leaderEpoch) => {
      const bench = getBench()
      const topic = await bench.topic()
      await produceTo(bench, topic, makeBatch(['a']))
      const client = await bench.leader(topic)
      expect(await askEpochEnd(client, topic, { leaderEpoch })).toMatchObject({ errorCode: 0, ...none })
    })

    it('tells a client that knows of a newer epoch to wait', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const client = await bench.leader(topic)
      expect(await askEpochEnd(client, topic, { currentLeaderEpoch: 5 })).toMatchObject({
        errorCode: errorCode.UNKNOWN_LEADER_EPOCH,
        ...none,
      })
    })

    it('knows neither a missing topic nor a missing partition', async () => {
      const bench = getBench()
      const unknown = { errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, ...none }
      expect(await askEpochEnd(await bench.client(), missingTopic(bench))).toMatchObject(unknown)
      const topic = await bench.topic()
      expect(await askEpochEnd(await bench.leader(topic), topic, { partition: 7 })).toMatchObject(unknown)
    })
  })
}
