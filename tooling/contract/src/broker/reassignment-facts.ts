import {
  alterPartitionReassignments,
  errorCode,
  listPartitionReassignments,
  metadata,
  type RequestInputOf,
  type ResponseOf,
} from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { until, type BrokerBench, type FactTopic } from './broker-bench.ts'
import { missingTopic } from './produce-to.ts'

/** No broker has this id. */
const noBroker = 4711

/** What is said of one partition that shall move. */
type Moved = ResponseOf<typeof alterPartitionReassignments>['responses'][number]['partitions'][number]

/** How a partition is asked to move; `replicas` null takes it back. */
interface Move {
  readonly replicas: readonly number[] | null
  /** @defaultValue 0 */
  readonly partition?: number
  /** @defaultValue 1 */
  readonly version?: number
  /** @defaultValue true */
  readonly mayChangeFactor?: boolean
}

/** Asks for one partition to be held by other brokers. */
export async function reassign(bench: BrokerBench, topic: FactTopic, move: Move): Promise<Moved> {
  const { replicas, partition = 0, version = 1, mayChangeFactor = true } = move
  const answer = await (
    await bench.client()
  ).send(alterPartitionReassignments, version, {
    allowReplicationFactorChange: mayChangeFactor,
    topics: [{ name: topic.name, partitions: [{ partitionIndex: partition, replicas }] }],
  })
  expect(answer).toMatchObject({ errorCode: 0, errorMessage: null })
  expect(answer.responses).toMatchObject([{ name: topic.name, partitions: [{ partitionIndex: partition }] }])
  return answer.responses[0]!.partitions[0]!
}

/** Waits until partition 0 is held by these brokers, in this order, and nothing else is under way. */
export async function heldBy(
  bench: BrokerBench,
  topic: FactTopic,
  replicas: readonly number[],
): Promise<void> {
  await until(`${topic.name} on ${replicas.join()}`, async () => {
    const client = await bench.client()
    const { topics } = await client.send(metadata, 12, { topics: [{ topicId: topic.id, name: null }] })
    const { replicaNodes, isrNodes } = topics[0]!.partitions[0]!
    const isThere = replicaNodes.join() === replicas.join() && isrNodes.length === replicas.length
    return isThere && (await listed(bench, topic)).length === 0 ? true : undefined
  })
}

type Listed = ResponseOf<typeof listPartitionReassignments>['topics']

async function listed(bench: BrokerBench, topic?: FactTopic): Promise<Listed> {
  const topics = topic === undefined ? null : [{ name: topic.name, partitionIndexes: [0] }]
  const answer = await (await bench.client()).send(listPartitionReassignments, 0, { topics })
  expect(answer).toMatchObject({ errorCode: 0, errorMessage: null })
  return answer.topics
}

/** How partitions are given to other brokers, as far as a cluster of one can tell. */
export function describeReassignments(getBench: () => BrokerBench): void {
  const replicasOf = async (topic: FactTopic): Promise<readonly number[]> => {
    const client = await getBench().client()
    const { topics } = await client.send(metadata, 12, { topics: [{ topicId: topic.id, name: null }] })
    return topics[0]!.partitions[0]!.replicaNodes
  }

  describe('AlterPartitionReassignments', () => {
    it.each([0, 1])('gives a partition in v%i to the same brokers in another order', async (version) => {
      const bench = getBench()
      const topic = await bench.topic()
      const replicas = (await replicasOf(topic)).toReversed()
      expect(await reassign(bench, topic, { replicas, version })).toMatchObject({
        errorCode: 0,
        errorMessage: null,
      })
      await heldBy(bench, topic, replicas)
    })

    it('has nothing to take back where nothing moves', async () => {
      const bench = getBench()
      const answer = await reassign(bench, await bench.topic(), { replicas: null })
      expect(answer.errorCode).toBe(errorCode.NO_REASSIGNMENT_IN_PROGRESS)
    })

    it.each([
      ['no broker', () => []],
      ['a broker twice', ([first]: readonly number[]) => [first!, first!]],
      ['a broker that is not there', () => [noBroker]],
      ['a broker that cannot be', () => [-1]],
    ])('refuses %s', async (_, replicasFrom) => {
      const bench = getBench()
      const topic = await bench.topic()
      const before = await replicasOf(topic)
      const answer = await reassign(bench, topic, { replicas: replicasFrom(before) })
      expect(answer.errorCode).toBe(errorCode.INVALID_REPLICA_ASSIGNMENT)
      expect(await replicasOf(topic)).toEqual(before)
    })

    it('knows neither a missing topic nor a missing partition', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const replicas = await replicasOf(topic)
      const { UNKNOWN_TOPIC_OR_PARTITION } = errorCode
      expect((await reassign(bench, missingTopic(bench), { replicas })).errorCode).toBe(
        UNKNOWN_TOPIC_OR_PARTITION,
      )
      expect((await reassign(bench, topic, { replicas, partition: 7 })).errorCode).toBe(
        UNKNOWN_TOPIC_OR_PARTITION,
      )
      expect((await reassign(bench, topic, { replicas: null, partition: 7 })).errorCode).toBe(
        UNKNOWN_TOPIC_OR_PARTITION,
      )
    })

    it('answers each partition for itself, and may be asked of any broker', async () => {
      const bench = getBench()
      const topic = await bench.topic({ partitions: 2 })
      const replicas = await replicasOf(topic)
      const topics: RequestInputOf<typeof alterPartitionReassignments>['topics'] = [
        {
          name: topic.name,
          partitions: [
            { partitionIndex: 0, replicas },
            { partitionIndex: 1, replicas: [noBroker] },
          ],
        },
      ]
      for (const address of bench.cluster.brokers) {
        const client = await bench.client(address)
        const { responses } = await client.send(alterPartitionReassignments, 1, { topics })
        expect(
          responses[0]!.partitions.map(({ partitionIndex, errorCode: code }) => [partitionIndex, code]),
        ).toEqual([
          [0, 0],
          [1, errorCode.INVALID_REPLICA_ASSIGNMENT],
        ])
      }
    })
  })

  describe('ListPartitionReassignments', () => {
    it('lists nothing where nothing moves', async () => {
      const bench = getBench()
      expect(await listed(bench, await bench.topic())).toEqual([])
      expect(await listed(bench, missingTopic(bench))).toEqual([])
    })

    it('lists no topic of ours when it is asked for none in particular', async () => {
      const topic = await getBench().topic()
      expect((await listed(getBench())).map(({ name }) => name)).not.toContain(topic.name)
    })
  })
}
