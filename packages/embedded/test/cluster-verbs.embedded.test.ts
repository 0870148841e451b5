import {
  describeLogDirs,
  describeTopicPartitions,
  errorCode,
  findCoordinator,
  listOffsets,
  metadata,
  offsetCommit,
  offsetForLeaderEpoch,
} from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient, makeBatch, produceTo, topicIdOf } from './raw-client.ts'

const open = (kafka: EmbeddedKafka, broker = 1): Promise<RawClient> =>
  RawClient.open(kafka.broker(broker).port)

async function leaderSeen(client: RawClient, topic: string): Promise<number> {
  const answer = await client.send(metadata, 9, { topics: [{ name: topic }] })
  return answer.topics[0]!.partitions[0]!.leaderId
}

describe('PartitionControl', () => {
  it('takes the leader away and gives another one in a newer epoch', async () => {
    await using kafka = await startKafka({ brokers: 2, topics: { t: {} } })
    using client = await open(kafka)
    kafka.partition('t', 0).leaderless()
    expect(kafka.partition('t', 0)).toMatchObject({ leader: -1, leaderEpoch: 1 })
    expect((await produceTo(client, 't', makeBatch(['1']))).errorCode).toBe(errorCode.NOT_LEADER_OR_FOLLOWER)
    const told = await client.send(metadata, 9, { topics: [{ name: 't' }] })
    expect(told.topics[0]!.partitions[0]!.errorCode).toBe(errorCode.LEADER_NOT_AVAILABLE)
    kafka.partition('t', 0).moveLeader(2)
    expect(kafka.partition('t', 0)).toMatchObject({ leader: 2, leaderEpoch: 2 })
  })

  it('lets replicas fall behind, so that acks all meets min.insync.replicas and acks 1 does not', async () => {
    const config = { 'min.insync.replicas': '2' }
    await using kafka = await startKafka({ brokers: 3, topics: { t: { config } } })
    using client = await open(kafka)
    kafka.partition('t', 0).shrinkIsr([1])
    expect((await produceTo(client, 't', makeBatch(['1']))).errorCode).toBe(errorCode.NOT_ENOUGH_REPLICAS)
    expect((await produceTo(client, 't', makeBatch(['2']), { acks: 1 })).errorCode).toBe(0)
    expect(() => kafka.partition('t', 0).moveLeader(2)).toThrow(/not an in-sync replica/u)
    expect(() => kafka.partition('t', 0).shrinkIsr([2])).toThrow(/takes the leader 1/u)
    expect(() => kafka.partition('t', 0).shrinkIsr([1, 9])).toThrow(/none but the replicas/u)
    kafka.partition('t', 0).shrinkIsr([3, 1])
    expect(kafka.partition('t', 0).inSync).toEqual([1, 3])
    expect((await produceTo(client, 't', makeBatch(['3']))).errorCode).toBe(0)
  })

  it('moves the start of the log within it', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await open(kafka)
    for (const value of ['0', '1', '2']) await produceTo(client, 't', makeBatch([value]))
    kafka.partition('t', 0).setLogStart(2)
    expect((await kafka.records('t')).map(({ offset }) => offset)).toEqual([2n])
    expect(kafka.partition('t', 0)).toMatchObject({ startOffset: 2n, endOffset: 3n })
    expect(() => kafka.partition('t', 0).setLogStart(4)).toThrow(/goes from 2 to 3/u)
  })
})

describe('BrokerControl', () => {
  it('goes on telling of the cluster as it was until its metadata is fresh again', async () => {
    await using kafka = await startKafka({ brokers: 2, topics: { t: {} } })
    using stale = await open(kafka, 1)
    using fresh = await open(kafka, 2)
    kafka.broker(1).staleMetadata()
    kafka.partition('t', 0).moveLeader(2)
    kafka.createTopic('later')
    expect(await leaderSeen(stale, 't')).toBe(1)
    expect(await leaderSeen(fresh, 't')).toBe(2)
    const unknown = await stale.send(metadata, 9, { topics: [{ name: 'later' }] })
    expect(unknown.topics[0]!.errorCode).toBe(errorCode.UNKNOWN_TOPIC_OR_PARTITION)
    // What it does is up to date: only what it tells is not.
    expect((await produceTo(stale, 't', makeBatch(['1']))).errorCode).toBe(errorCode.NOT_LEADER_OR_FOLLOWER)
    kafka.broker(1).freshMetadata()
    expect(await leaderSeen(stale, 't')).toBe(2)
  })
})

describe('EmbeddedKafka', () => {
  it('gives topics more partitions, and another id to one that is deleted and created again', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await open(kafka)
    const before = await topicIdOf(client, 't')
    kafka.growTopic('t', 3)
    expect(kafka.partition('t', 2).leader).toBe(1)
    expect(() => kafka.growTopic('t', 2)).toThrow(/not be an increase/u)
    kafka.partition('t', 0).moveLeader(1)
    kafka.deleteTopic('t')
    expect(() => kafka.partition('t', 0)).toThrow(/no a topic "t"|there is no/u)
    kafka.createTopic('t')
    expect(await topicIdOf(client, 't')).not.toBe(before)
    expect(kafka.partition('t', 0).leaderEpoch).toBe(0)
  })

  it('names the controller that a test wants, as long as it runs', async () => {
    await using kafka = await startKafka({ brokers: 3 })
    using client = await open(kafka)
    const controller = async (): Promise<number> =>
      (await client.send(metadata, 9, { topics: [] })).controllerId
    kafka.moveController(3)
    expect(await controller()).toBe(3)
    await kafka.broker(3).stop()
    expect(await controller()).toBe(1)
    expect(() => kafka.moveController(4)).toThrow(/no broker 4/u)
  })

  it('moves the coordinator of a group, and leaves it without one', async () => {
    await using kafka = await startKafka({ brokers: 3, topics: { t: {} } })
    using client = await open(kafka)
    const group = kafka.group('g')
    const found = async (): Promise<readonly [number, number]> => {
      const { coordinators } = await client.send(findCoordinator, 4, { keyType: 0, coordinatorKeys: ['g'] })
      return [coordinators[0]!.errorCode, coordinators[0]!.nodeId]
    }
    const commit = async (): Promise<number> => {
      const partitions = [{ partitionIndex: 0, committedOffset: 5n, committedMetadata: '' }]
      const answer = await client.send(offsetCommit, 8, {
        groupId: 'g',
        memberId: '',
        topics: [{ name: 't', partitions }],
      })
      return answer.topics[0]!.partitions[0]!.errorCode
    }
    group.moveCoordinator(1)
    expect(await found()).toEqual([0, 1])
    expect(await commit()).toBe(0)
    group.moveCoordinator(2)
    expect(group.coordinator).toBe(2)
    expect(await found()).toEqual([0, 2])
    expect(await commit()).toBe(errorCode.NOT_COORDINATOR)
    group.unavailable()
    expect(await found()).toEqual([errorCode.COORDINATOR_NOT_AVAILABLE, -1])
    expect(await commit()).toBe(errorCode.COORDINATOR_NOT_AVAILABLE)
  })
})

describe('OffsetForLeaderEpoch', () => {
  it('says where each epoch ends', async () => {
    await using kafka = await startKafka({ brokers: 2, topics: { t: {} } })
    using first = await open(kafka, 1)
    await produceTo(first, 't', makeBatch(['0', '1']))
    kafka.partition('t', 0).moveLeader(2)
    kafka.partition('t', 0).moveLeader(1)
    await produceTo(first, 't', makeBatch(['2']))
    const ask = async (leaderEpoch: number, currentLeaderEpoch = -1): Promise<readonly unknown[]> => {
      const partitions = [{ partition: 0, leaderEpoch, currentLeaderEpoch }]
      const answer = await first.send(offsetForLeaderEpoch, 4, { topics: [{ topic: 't', partitions }] })
      const one = answer.topics[0]!.partitions[0]!
      return [one.errorCode, one.leaderEpoch, one.endOffset]
    }
    expect(await ask(0)).toEqual([0, 0, 2n])
    // Epoch 1 wrote nothing, so what it would have ended is what epoch 0 did.
    expect(await ask(1)).toEqual([0, 0, 2n])
    expect(await ask(2)).toEqual([0, 2, 3n])
    expect(await ask(3)).toEqual([0, -1, -1n])
    expect(await ask(0, 1)).toEqual([errorCode.FENCED_LEADER_EPOCH, -1, -1n])
    kafka.partition('t', 0).moveLeader(2)
    expect(await ask(0)).toEqual([errorCode.NOT_LEADER_OR_FOLLOWER, -1, -1n])
  })
})

describe('DescribeTopicPartitions', () => {
  it('gives topics by name, page by page', async () => {
    await using kafka = await startKafka({ topics: { b: { partitions: 3 }, a: { partitions: 2 } } })
    using client = await open(kafka)
    const ask = async (names: readonly string[], limit: number, cursor: [string, number] | null = null) => {
      const answer = await client.send(describeTopicPartitions, 0, {
        topics: names.map((name) => ({ name })),
        responsePartitionLimit: limit,
        cursor: cursor && { topicName: cursor[0], partitionIndex: cursor[1] },
      })
      const pages = answer.topics.map(({ name, partitions }) => [
        name,
        partitions.map(({ partitionIndex }) => partitionIndex),
      ])
      return [pages, answer.nextCursor && [answer.nextCursor.topicName, answer.nextCursor.partitionIndex]]
    }
    expect(await ask([], 2000)).toEqual([
      [
        ['a', [0, 1]],
        ['b', [0, 1, 2]],
      ],
      null,
    ])
    expect(await ask(['b', 'a'], 3)).toEqual([
      [
        ['a', [0, 1]],
        ['b', [0]],
      ],
      ['b', 1],
    ])
    expect(await ask(['b', 'a'], 3, ['b', 1])).toEqual([[['b', [1, 2]]], null])
    expect(await ask([], 2)).toEqual([[['a', [0, 1]]], ['b', 0]])
    const missing = await client.send(describeTopicPartitions, 0, { topics: [{ name: 'c' }] })
    expect(missing.topics[0]).toMatchObject({
      errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION,
      // Read from a broker of 4.3.1 without an authorizer.
      topicAuthorizedOperations: 3576,
    })
  })
})

describe('DescribeLogDirs', () => {
  it('tells the sizes of the replicas that a broker holds', async () => {
    await using kafka = await startKafka({ brokers: 2, topics: { t: {}, u: { replicationFactor: 1 } } })
    using leader = await open(kafka, 1)
    using other = await open(kafka, 2)
    const batch = makeBatch(['x'])
    await produceTo(leader, 't', batch)
    const ask = async (client: RawClient, topics: { topic: string; partitions: number[] }[] | null) => {
      const { results } = await client.send(describeLogDirs, 4, { topics })
      return results[0]!.topics.map(({ name, partitions }) => [
        name,
        partitions.map((one) => one.partitionSize),
      ])
    }
    const size = BigInt(batch.length)
    expect(await ask(leader, null)).toEqual([
      ['t', [size]],
      ['u', [0n]],
    ])
    expect(await ask(other, null)).toEqual([['t', [size]]])
    expect(await ask(leader, [{ topic: 'u', partitions: [0, 7] }])).toEqual([['u', [0n]]])
  })
})

describe('ListOffsets', () => {
  it.each([
    [-3n, 6],
    [-4n, 7],
    [-5n, 8],
    [-6n, 10],
    [-7n, 11],
  ])('knows the question %i not before the version after %i', async (timestamp, version) => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await open(kafka)
    const topics = [{ name: 't', partitions: [{ partitionIndex: 0, timestamp }] }]
    const ask = async (asked: number): Promise<number> =>
      (await client.send(listOffsets, asked, { replicaId: -1, topics })).topics[0]!.partitions[0]!.errorCode
    expect(await ask(version)).toBe(errorCode.UNSUPPORTED_VERSION)
    if (version < 11) expect(await ask(version + 1)).toBe(0)
  })
})
