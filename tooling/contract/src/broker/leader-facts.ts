import {
  deleteGroups,
  deleteRecords,
  describeGroups,
  errorCode,
  fetch,
  heartbeat,
  leaveGroup,
  listGroups,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  produce,
} from '@headwater/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ClusterUnderTest } from '../cluster-under-test.ts'
import { BrokerBench, until, type FactTopic } from './broker-bench.ts'
import { baseOffsetsOf, fetchRequest, partitionsOf } from './fetch-from.ts'
import { sendJoin, sendSync } from './group-member-client.ts'
import { makeBatch } from './make-batch.ts'
import { produceRequest, produceTo } from './produce-to.ts'
import type { RawClient } from './raw-client.ts'

/** A cluster of three brokers that can lose some. */
export interface MortalCluster extends ClusterUnderTest {
  /** Ends a broker; it does not come back. */
  readonly stop: (broker: number) => Promise<void>
}

/** A real broker takes its time to end, and the others to agree on a leader. */
const electionTimeoutMs = 60_000

/** What brokers say that are not the leader or not the coordinator, and what outlives a leader. Costs two brokers. */
export function describeLeaders(getCluster: () => MortalCluster): void {
  let bench: BrokerBench
  let topic: FactTopic
  /** A partition that is not led by the first broker, which lives to the end. */
  let partition: number
  let leader: number
  let other: RawClient

  beforeAll(async () => {
    bench = new BrokerBench(getCluster())
    topic = await bench.topic({ partitions: 3, config: { 'min.insync.replicas': '2' } })
    const addresses = await Promise.all([0, 1, 2].map((index) => bench.leaderAddress(topic, index)))
    partition = addresses.findIndex((address) => address !== bench.cluster.brokers[0])
    leader = (await described()).leaderId
    other = await bench.client()
  })
  afterEach(() => bench.closeOwn())
  afterAll(() => bench.close())

  const described = async () => {
    const { topics } = await (
      await bench.client()
    ).send(metadata, 12, { topics: [{ topicId: topic.id, name: null }] })
    return topics[0]!.partitions.find(({ partitionIndex }) => partitionIndex === partition)!
  }
  const notLeader: number = errorCode.NOT_LEADER_OR_FOLLOWER

  describe('a broker that does not lead', () => {
    it.each([3, 4, 5, 6, 7, 8, 9])('refuses Produce v%i', async (version) => {
      const answer = await produceTo(bench, topic, makeBatch(['a']), { version, partition, client: other })
      expect(answer).toMatchObject({ errorCode: notLeader, baseOffset: -1n })
    })

    it.each([10, 11, 12, 13])('refuses Produce v%i, and says who leads', async (version) => {
      const request = produceRequest(topic, makeBatch(['a']), { partition })
      const { responses, nodeEndpoints } = await other.send(produce, version, request)
      const { leaderEpoch } = await described()
      expect(responses[0]!.partitionResponses[0]).toMatchObject({
        errorCode: notLeader,
        currentLeader: { leaderId: leader, leaderEpoch },
      })
      expect(nodeEndpoints.map(({ nodeId, host, port }) => [nodeId, `${host}:${port}`])).toEqual([
        [leader, await bench.addressOf(leader)],
      ])
    })

    it.each([4, 7, 10])('refuses Fetch v%i', async (version) => {
      const answer = await other.send(fetch, version, fetchRequest(topic, { partitions: [partition] }))
      expect(partitionsOf(answer)).toMatchObject([{ errorCode: notLeader, highWatermark: -1n }])
    })

    it.each([11, 12, 13, 16, 18])('serves Fetch v%i when it follows', async (version) => {
      const answer = await other.send(fetch, version, fetchRequest(topic, { partitions: [partition] }))
      expect(partitionsOf(answer)).toMatchObject([{ errorCode: 0 }])
    })

    it.each([1, 4, 11])('refuses ListOffsets v%i', async (version) => {
      const { topics } = await other.send(listOffsets, version, {
        replicaId: -1,
        topics: [{ name: topic.name, partitions: [{ partitionIndex: partition, timestamp: -1n }] }],
      })
      expect(topics[0]!.partitions).toMatchObject([{ errorCode: notLeader, offset: -1n }])
    })

    it('refuses DeleteRecords', async () => {
      const { topics } = await other.send(deleteRecords, 2, {
        topics: [{ name: topic.name, partitions: [{ partitionIndex: partition, offset: 0n }] }],
        timeoutMs: 5000,
      })
      expect(topics[0]!.partitions).toMatchObject([{ errorCode: notLeader, lowWatermark: -1n }])
    })

    it('closes the connection over Produce with acks 0', async () => {
      const client = await bench.fresh()
      client.post(produce, 9, produceRequest(topic, makeBatch(['a']), { partition, acks: 0 }))
      expect(await client.closed).toBe('closed')
    })
  })

  describe('a broker that does not coordinate', () => {
    const { NOT_COORDINATOR } = errorCode
    let group: string
    let stranger: RawClient

    beforeAll(async () => {
      group = bench.name('group')
      const coordinator = await bench.coordinatorAddress(group)
      stranger = await bench.client(bench.cluster.brokers.find((address) => address !== coordinator))
    })

    it('refuses JoinGroup', async () => {
      expect(await sendJoin(stranger, group)).toMatchObject({ errorCode: NOT_COORDINATOR })
    })

    it('refuses SyncGroup', async () => {
      const member = { memberId: 'm', generationId: 1 }
      expect(await sendSync(stranger, group, member)).toMatchObject({ errorCode: NOT_COORDINATOR })
    })

    it('refuses Heartbeat', async () => {
      const request = { groupId: group, generationId: 1, memberId: 'm' }
      expect(await stranger.send(heartbeat, 4, request)).toMatchObject({ errorCode: NOT_COORDINATOR })
    })

    it.each([0, 4])('refuses LeaveGroup v%i', async (version) => {
      const request = version < 3 ? { memberId: 'm' } : { members: [{ memberId: 'm' }] }
      const answer = await stranger.send(leaveGroup, version, { groupId: group, ...request })
      expect(answer).toMatchObject({ errorCode: NOT_COORDINATOR })
    })

    it('refuses OffsetCommit', async () => {
      const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }]
      const { topics } = await stranger.send(offsetCommit, 9, {
        groupId: group,
        memberId: '',
        topics: [{ name: topic.name, partitions }],
      })
      expect(topics[0]!.partitions).toMatchObject([{ errorCode: NOT_COORDINATOR }])
    })

    it.each([5, 9])('refuses OffsetFetch v%i', async (version) => {
      const request =
        version < 8 ? { groupId: group, topics: null } : { groups: [{ groupId: group, topics: null }] }
      const answer = await stranger.send(offsetFetch, version, request)
      expect(version < 8 ? answer.errorCode : answer.groups[0]!.errorCode).toBe(NOT_COORDINATOR)
    })

    it('refuses DescribeGroups and DeleteGroups', async () => {
      const { groups } = await stranger.send(describeGroups, 5, { groups: [group] })
      expect(groups).toMatchObject([{ errorCode: NOT_COORDINATOR }])
      const { results } = await stranger.send(deleteGroups, 2, { groupsNames: [group] })
      expect(results).toMatchObject([{ errorCode: NOT_COORDINATOR }])
    })

    it('lists only groups of its own', async () => {
      const { groups } = await stranger.send(listGroups, 4, {})
      expect(groups.map(({ groupId }) => groupId)).not.toContain(group)
    })
  })

  describe('when the leader is gone', () => {
    let producerId: bigint
    let epochBefore: number
    const send = (
      baseSequence: number,
      options: { readonly producerEpoch?: number; readonly acks?: number } = {},
    ) =>
      produceTo(
        bench,
        topic,
        makeBatch(['v'], { producerId, producerEpoch: options.producerEpoch ?? 0, baseSequence }),
        { partition, acks: options.acks ?? -1 },
      )

    beforeAll(async () => {
      producerId = await bench.producerId()
      for (const sequence of [0, 1, 2]) expect(await send(sequence)).toMatchObject({ errorCode: 0 })
      epochBefore = (await described()).leaderEpoch
      await getCluster().stop(leader)
      await until('another leader', async () => {
        const { leaderId, errorCode: code } = await described()
        return code === 0 && leaderId !== leader && leaderId !== -1 ? true : undefined
      })
    }, electionTimeoutMs)

    it('another one leads in a higher epoch, without it among the in-sync replicas', async () => {
      const { leaderEpoch, isrNodes, replicaNodes } = await described()
      expect(leaderEpoch).toBeGreaterThan(epochBefore)
      expect(isrNodes).not.toContain(leader)
      expect(replicaNodes).toContain(leader)
    })

    it('the new one knows the batches of an idempotent producer', async () => {
      const again = await until('the new leader', async () => {
        const answer = await send(1)
        return answer.errorCode === notLeader ? undefined : answer
      })
      expect(again).toMatchObject({ errorCode: 0, baseOffset: 1n })
      expect(await send(5)).toMatchObject({ errorCode: errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER })
      expect(await send(3)).toMatchObject({ errorCode: 0, baseOffset: 3n })
      expect(await send(0, { producerEpoch: 1 })).toMatchObject({ errorCode: 0, baseOffset: 4n })
      expect(await send(4)).toMatchObject({ errorCode: errorCode.INVALID_PRODUCER_EPOCH })
    })

    it('the new one stamps its epoch on what it appends', async () => {
      const client = await bench.leader(topic, partition)
      const answer = await client.send(fetch, 12, fetchRequest(topic, { partitions: [partition] }))
      const { records } = partitionsOf(answer)[0]!
      expect(baseOffsetsOf(partitionsOf(answer)[0]!)).toEqual([0n, 1n, 2n, 3n, 4n])
      const { leaderEpoch } = await described()
      const epochs = new Set(
        [0, 1, 2, 3, 4].map((at) => records!.readInt32BE((at * records!.length) / 5 + 12)),
      )
      expect(epochs).toEqual(new Set([epochBefore, leaderEpoch]))
    })

    it.each([9, 12, 17])('Fetch v%i with the old epoch is fenced', async (version) => {
      const client = await bench.leader(topic, partition)
      const options = { partitions: [partition], currentLeaderEpoch: epochBefore }
      const answer = await client.send(fetch, version, fetchRequest(topic, options))
      expect(partitionsOf(answer)).toMatchObject([{ errorCode: errorCode.FENCED_LEADER_EPOCH }])
    })

    it.each([4, 11])('ListOffsets v%i with the old epoch is fenced', async (version) => {
      const client = await bench.leader(topic, partition)
      const asked = { partitionIndex: partition, timestamp: -1n, currentLeaderEpoch: epochBefore }
      const { topics } = await client.send(listOffsets, version, {
        replicaId: -1,
        topics: [{ name: topic.name, partitions: [asked] }],
      })
      expect(topics[0]!.partitions).toMatchObject([{ errorCode: errorCode.FENCED_LEADER_EPOCH }])
    })
  })

  describe('when two of three are gone', () => {
    beforeAll(async () => {
      const { brokers } = await (await bench.client()).send(metadata, 12, { topics: [] })
      const first = brokers.find(({ host, port }) => `${host}:${port}` === bench.cluster.brokers[0])!.nodeId
      const second = (await described()).replicaNodes.find((id) => id !== leader && id !== first)!
      await getCluster().stop(second)
      await until('one in-sync replica', async () => {
        const { isrNodes, leaderId } = await described()
        return isrNodes.length === 1 && leaderId === isrNodes[0] ? true : undefined
      })
    }, electionTimeoutMs)

    /** Of a leader that has not noticed yet: it is none, or it appends and waits for followers. */
    const tooEarly: readonly number[] = [
      notLeader,
      errorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
      errorCode.REQUEST_TIMED_OUT,
    ]

    const send = (acks: number): ReturnType<typeof produceTo> =>
      produceTo(bench, topic, makeBatch(['a']), { partition, acks, client: other })
    const noticed = (acks: number): ReturnType<typeof produceTo> =>
      until('the leader to notice', async () => {
        const answer = await send(acks)
        return tooEarly.includes(answer.errorCode) ? undefined : answer
      })

    it(
      'acks all is NOT_ENOUGH_REPLICAS',
      async () => {
        const refused = { errorCode: errorCode.NOT_ENOUGH_REPLICAS, baseOffset: -1n }
        expect(await noticed(-1)).toMatchObject(refused)
      },
      electionTimeoutMs,
    )

    it('acks 1 is appended, and nothing of acks all in between', async () => {
      const { baseOffset, errorCode: code } = await noticed(1)
      expect(code).toBe(0)
      expect(await noticed(-1)).toMatchObject({ errorCode: errorCode.NOT_ENOUGH_REPLICAS })
      expect(await noticed(1)).toMatchObject({ errorCode: 0, baseOffset: baseOffset + 1n })
    })
  })
}
