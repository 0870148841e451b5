import {
  createTopics,
  describeLogDirs,
  describeProducers,
  errorCode,
  incrementalAlterConfigs,
  metadata,
  offsetDelete,
} from '@headwater/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ClusterUnderTest } from '../cluster-under-test.ts'
import { BrokerBench, type FactTopic } from './broker-bench.ts'
import { askEpochEnd } from './epoch-end-facts.ts'
import { makeBatch } from './make-batch.ts'
import { produceTo, readBatches } from './produce-to.ts'
import { heldBy, reassign } from './reassignment-facts.ts'
import type { RawClient } from './raw-client.ts'

/** A real broker copies what it is given, and the others have to agree on it. */
const moveTimeoutMs = 30_000

/** What it takes three brokers to tell: that a partition can be held by some of them alone, and then by others. */
export function describeReplicaMoves(getCluster: () => ClusterUnderTest): void {
  let bench: BrokerBench

  /** A topic of one partition that one broker holds; `[holder, ...others]` are all brokers. */
  const heldByOne = async (): Promise<{ topic: FactTopic; holder: number; others: [number, number] }> => {
    const client = await bench.client()
    const { brokers } = await client.send(metadata, 12, { topics: [] })
    const [holder, ...others] = brokers.map(({ nodeId }) => nodeId).toSorted((one, other) => one - other)
    const name = bench.name('moving')
    const assignments = [{ partitionIndex: 0, brokerIds: [holder!] }]
    const changes = { numPartitions: -1, replicationFactor: -1, assignments, configs: [] }
    const { topics } = await client.send(createTopics, 7, { topics: [{ name, ...changes }] })
    expect(topics).toMatchObject([{ errorCode: 0 }])
    const topic = { name, id: topics[0]!.topicId }
    await bench.settled(topic, 1)
    return { topic, holder: holder!, others: [others[0]!, others[1]!] }
  }
  const brokerClient = async (id: number): Promise<RawClient> => bench.client(await bench.addressOf(id))
  const produce = async (topic: FactTopic, value: string): Promise<bigint> => {
    const answer = await produceTo(bench, topic, makeBatch([value]))
    expect(answer).toMatchObject({ errorCode: 0 })
    return answer.baseOffset
  }
  const described = async (topic: FactTopic) => {
    const { topics } = await (
      await bench.client()
    ).send(metadata, 12, { topics: [{ topicId: topic.id, name: null }] })
    return topics[0]!.partitions[0]!
  }

  describe('a partition that moves', () => {
    beforeAll(() => {
      bench = new BrokerBench(getCluster())
    })
    afterEach(() => bench.closeOwn())
    afterAll(() => bench.close())

    it(
      'takes its records along, and has a new leader in a higher epoch',
      async () => {
        const { topic, holder, others } = await heldByOne()
        await produce(topic, 'before')
        expect(await reassign(bench, topic, { replicas: others })).toMatchObject({ errorCode: 0 })
        await heldBy(bench, topic, others)
        const { leaderId, leaderEpoch } = await described(topic)
        expect(others).toContain(leaderId)
        expect(leaderEpoch).toBeGreaterThan(0)
        await bench.settled(topic, 1)
        expect(await produce(topic, 'after')).toBe(1n)
        expect(await readBatches(bench, topic)).toHaveLength(2)
        const stale = produceTo(bench, topic, makeBatch(['x']), { client: await brokerClient(holder) })
        expect((await stale).errorCode).toBe(errorCode.NOT_LEADER_OR_FOLLOWER)
      },
      moveTimeoutMs,
    )

    it(
      'has an old epoch that ends where the new leader began',
      async () => {
        const { topic, others } = await heldByOne()
        for (const value of ['1', '2']) await produce(topic, value)
        const replicas = [others[0]]
        expect(await reassign(bench, topic, { replicas })).toMatchObject({ errorCode: 0 })
        await heldBy(bench, topic, replicas)
        await bench.settled(topic, 1)
        await produce(topic, '3')
        const { leaderEpoch } = await described(topic)
        const leader = await bench.leader(topic)
        expect(
          await askEpochEnd(leader, topic, { leaderEpoch: 0, currentLeaderEpoch: leaderEpoch }),
        ).toMatchObject({
          errorCode: 0,
          leaderEpoch: 0,
          endOffset: 2n,
        })
        expect(await askEpochEnd(leader, topic, { leaderEpoch })).toMatchObject({
          leaderEpoch,
          endOffset: 3n,
        })
        expect(await askEpochEnd(leader, topic, { currentLeaderEpoch: leaderEpoch - 1 })).toMatchObject({
          errorCode: errorCode.FENCED_LEADER_EPOCH,
          leaderEpoch: -1,
          endOffset: -1n,
        })
      },
      moveTimeoutMs,
    )

    it(
      'gets more replicas and fewer, unless that was not wanted',
      async () => {
        const { topic, holder, others } = await heldByOne()
        const all = [holder, ...others]
        const refused = await reassign(bench, topic, { replicas: all, mayChangeFactor: false })
        expect(refused.errorCode).toBe(errorCode.INVALID_REPLICATION_FACTOR)
        expect(await reassign(bench, topic, { replicas: all })).toMatchObject({ errorCode: 0 })
        await heldBy(bench, topic, all)
        expect((await described(topic)).leaderId).toBe(holder)
        expect(await reassign(bench, topic, { replicas: [holder] })).toMatchObject({ errorCode: 0 })
        await heldBy(bench, topic, [holder])
      },
      moveTimeoutMs,
    )
  })

  describe('a broker that holds nothing of a partition', () => {
    let topic: FactTopic
    let other: RawClient

    beforeAll(async () => {
      bench = new BrokerBench(getCluster())
      const made = await heldByOne()
      topic = made.topic
      other = await brokerClient(made.others[0])
    })
    afterEach(() => bench.closeOwn())
    afterAll(() => bench.close())

    it('refuses OffsetForLeaderEpoch', async () => {
      expect(await askEpochEnd(other, topic)).toMatchObject({
        errorCode: errorCode.NOT_LEADER_OR_FOLLOWER,
        leaderEpoch: -1,
        endOffset: -1n,
      })
    })

    it('refuses DescribeProducers', async () => {
      const { topics } = await other.send(describeProducers, 0, {
        topics: [{ name: topic.name, partitionIndexes: [0] }],
      })
      expect(topics[0]!.partitions).toMatchObject([
        { errorCode: errorCode.NOT_LEADER_OR_FOLLOWER, activeProducers: [] },
      ])
    })

    it('has nothing of it in its directory', async () => {
      const asked = [{ topic: topic.name, partitions: [0] }]
      const { results } = await other.send(describeLogDirs, 5, { topics: asked })
      expect(results).toMatchObject([{ errorCode: 0, topics: [] }])
    })

    it('refuses OffsetDelete where it does not coordinate the group, either', async () => {
      const groupId = bench.name('group')
      const coordinator = await bench.coordinatorAddress(groupId)
      const stranger = await bench.client(bench.cluster.brokers.find((address) => address !== coordinator))
      const topics = [{ name: topic.name, partitions: [{ partitionIndex: 0 }] }]
      expect(await stranger.send(offsetDelete, 0, { groupId, topics })).toMatchObject({
        errorCode: errorCode.NOT_COORDINATOR,
        topics: [],
      })
    })

    // Here, and not among the settings: Kafka's controller breaks over it, and another one takes its place.
    it('has no word for an operation that IncrementalAlterConfigs does not have', async () => {
      const change = (configOperation: number) => ({
        resourceType: 2,
        resourceName: topic.name,
        configs: [{ name: 'retention.ms', configOperation, value: '5000' }],
      })
      const { responses } = await other.send(incrementalAlterConfigs, 1, {
        resources: [change(9)],
        validateOnly: false,
      })
      expect(responses).toMatchObject([{ errorCode: errorCode.UNKNOWN_SERVER_ERROR, errorMessage: null }])
    })
  })
}
