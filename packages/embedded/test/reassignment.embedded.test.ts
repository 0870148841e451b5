import { alterPartitionReassignments, errorCode, listPartitionReassignments } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { startKafka } from '../src/index.ts'
import { RawClient, makeBatch, produceTo } from './raw-client.ts'

describe('AlterPartitionReassignments', () => {
  it('gives a partition to other brokers, with its records and a new leader', async () => {
    await using kafka = await startKafka({ brokers: 3, topics: { t: { replicationFactor: 1 } } })
    using first = await RawClient.open(kafka.broker(1).port)
    using third = await RawClient.open(kafka.broker(3).port)
    await produceTo(first, 't', makeBatch(['1']))
    const move = async (
      replicas: number[] | null,
      { partitionIndex = 0, allowReplicationFactorChange = true } = {},
    ): Promise<number> => {
      const topics = [{ name: 't', partitions: [{ partitionIndex, replicas }] }]
      const answer = await first.send(alterPartitionReassignments, 1, {
        allowReplicationFactorChange,
        topics,
      })
      return answer.responses[0]!.partitions[0]!.errorCode
    }
    expect(await move([3, 2])).toBe(0)
    expect(kafka.partition('t', 0)).toMatchObject({
      replicas: [3, 2],
      inSync: [3, 2],
      leader: 3,
      leaderEpoch: 1,
    })
    expect((await produceTo(first, 't', makeBatch(['2']))).errorCode).toBe(errorCode.NOT_LEADER_OR_FOLLOWER)
    expect((await produceTo(third, 't', makeBatch(['2']))).baseOffset).toBe(1n)
    expect(await move([2, 3])).toBe(0)
    expect(kafka.partition('t', 0)).toMatchObject({ replicas: [2, 3], leader: 3, leaderEpoch: 1 })
    expect(await move([1], { allowReplicationFactorChange: false })).toBe(
      errorCode.INVALID_REPLICATION_FACTOR,
    )
    expect(await move([1, 1])).toBe(errorCode.INVALID_REPLICA_ASSIGNMENT)
    expect(await move([9])).toBe(errorCode.INVALID_REPLICA_ASSIGNMENT)
    expect(await move([1], { partitionIndex: 7 })).toBe(errorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(await move(null)).toBe(errorCode.NO_REASSIGNMENT_IN_PROGRESS)
    expect(await first.send(listPartitionReassignments, 0, { topics: null })).toMatchObject({
      errorCode: 0,
      topics: [],
    })
  })
})
