import {
  deleteGroups,
  deleteTopics,
  describeGroups,
  errorCode,
  listGroups,
  offsetCommit,
  offsetFetch,
} from '@headwater/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { noTopicId, until, type BrokerBench, type FactTopic } from './broker-bench.ts'
import { join, leave, stableMember, subscription } from './group-member-client.ts'
import { missingTopic } from './produce-to.ts'
import type { RawClient } from './raw-client.ts'

const topicIdsSince = 10
const groupsSince = 8

/** What a group remembers of how far it has read, and how groups are listed, described and deleted. */
export function describeGroupOffsets(getBench: () => BrokerBench): void {
  let group: string
  let topic: FactTopic
  let client: RawClient

  beforeEach(async () => {
    const bench = getBench()
    group = bench.name('group')
    topic = await bench.topic()
    client = await bench.client(await bench.coordinatorAddress(group))
  })

  const commit = async ({
    version = 9,
    memberId = '',
    generation = -1,
    offset = 17n,
    metadata = 'note' as string | null,
    partition = 0,
    of = topic,
    groupId = group,
  } = {}): Promise<number> => {
    const { topics } = await client.send(offsetCommit, version, {
      groupId,
      generationIdOrMemberEpoch: generation,
      memberId,
      topics: [
        {
          name: of.name,
          topicId: of.id,
          partitions: [
            {
              partitionIndex: partition,
              committedOffset: offset,
              committedLeaderEpoch: 3,
              committedMetadata: metadata,
            },
          ],
        },
      ],
    })
    return topics[0]!.partitions[0]!.errorCode
  }
  /** All of the group's offsets for `asked` partitions of the topic, or, for null, all that there are. */
  const fetched = async (asked: readonly number[] | null, version = 9, of = topic) => {
    const topics = asked === null ? null : [{ name: of.name, topicId: of.id, partitionIndexes: asked }]
    const request =
      version >= groupsSince ? { groups: [{ groupId: group, topics }] } : { groupId: group, topics }
    const answer = await client.send(offsetFetch, version, request)
    const found = version >= groupsSince ? answer.groups[0]! : answer
    expect(found.errorCode).toBe(0)
    return found.topics.flatMap(({ partitions }) => partitions)
  }

  describe('OffsetCommit', () => {
    it.each([2, 3, 4, 5, 6, 7, 8, 9, 10])(
      'keeps in v%i what nobody in particular commits',
      async (version) => {
        expect(await commit({ version })).toBe(0)
        expect(await fetched([0])).toMatchObject([
          {
            partitionIndex: 0,
            committedOffset: 17n,
            committedLeaderEpoch: version >= 6 ? 3 : -1,
            metadata: 'note',
            errorCode: 0,
          },
        ])
      },
    )

    it.each([2, 5, 9, 10])('keeps in v%i what a member commits', async (version) => {
      const { joined } = await stableMember(getBench(), group)
      const member = { memberId: joined.memberId, generation: joined.generationId }
      expect(await commit({ version, ...member, offset: 5n })).toBe(0)
      expect(await fetched([0])).toMatchObject([{ committedOffset: 5n }])
    })

    it('keeps the last of several, even when it is smaller', async () => {
      for (const offset of [3n, 9n, 4n]) await commit({ offset })
      expect(await fetched([0])).toMatchObject([{ committedOffset: 4n }])
    })

    it('makes an empty text of no metadata', async () => {
      await commit({ metadata: null })
      expect(await fetched([0])).toMatchObject([{ metadata: '' }])
    })

    it('takes 4096 bytes of metadata, and no more', async () => {
      expect(await commit({ metadata: 'x'.repeat(4096) })).toBe(0)
      expect(await commit({ metadata: 'x'.repeat(4097), offset: 18n })).toBe(
        errorCode.OFFSET_METADATA_TOO_LARGE,
      )
      expect(await fetched([0])).toMatchObject([{ committedOffset: 17n }])
    })

    it('refuses who is no member of a group that has some', async () => {
      await stableMember(getBench(), group)
      expect(await commit()).toBe(errorCode.UNKNOWN_MEMBER_ID)
      expect(await commit({ memberId: 'nobody', generation: 1 })).toBe(errorCode.UNKNOWN_MEMBER_ID)
    })

    it('refuses a member of another generation', async () => {
      const { joined } = await stableMember(getBench(), group)
      for (const generation of [0, 2]) {
        expect(await commit({ memberId: joined.memberId, generation })).toBe(errorCode.ILLEGAL_GENERATION)
      }
    })

    it('refuses a member between joining and the assignment', async () => {
      const { joined } = await join(getBench(), group)
      expect(await commit({ memberId: joined.memberId, generation: 1 })).toBe(errorCode.REBALANCE_IN_PROGRESS)
    })

    it.each([
      [8, errorCode.ILLEGAL_GENERATION],
      [9, errorCode.GROUP_ID_NOT_FOUND],
    ])('refuses in v%i a generation of a group that is not there with error %i', async (version, code) => {
      expect(await commit({ version, memberId: 'nobody', generation: 1 })).toBe(code)
    })

    it('is open to everybody again when the members have left', async () => {
      const { client: member, joined } = await stableMember(getBench(), group)
      await leave(member, group, joined.memberId)
      expect(await commit()).toBe(0)
    })

    it.each([2, 9, 10])('knows neither a missing topic nor a missing partition in v%i', async (version) => {
      expect(await commit({ version, of: missingTopic(getBench()) })).toBe(
        version >= topicIdsSince ? errorCode.UNKNOWN_TOPIC_ID : errorCode.UNKNOWN_TOPIC_OR_PARTITION,
      )
      expect(await commit({ version, partition: 8 })).toBe(errorCode.UNKNOWN_TOPIC_OR_PARTITION)
    })
  })

  describe('OffsetFetch', () => {
    it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
      'gives in v%i what was committed, and -1 for the rest',
      async (version) => {
        const bench = getBench()
        topic = await bench.topic({ partitions: 2 })
        await commit()
        expect(await fetched([0, 1], version)).toMatchObject([
          { partitionIndex: 0, committedOffset: 17n, metadata: 'note', errorCode: 0 },
          { partitionIndex: 1, committedOffset: -1n, metadata: '', errorCode: 0, committedLeaderEpoch: -1 },
        ])
      },
    )

    it.each([1, 5, 9])('gives -1 and no error in v%i for a topic that is not there', async (version) => {
      expect(await fetched([0], version, missingTopic(getBench()))).toMatchObject([
        { committedOffset: -1n, errorCode: 0 },
      ])
    })

    it('knows no topic id that is not there', async () => {
      expect(await fetched([0], 10, missingTopic(getBench()))).toMatchObject([
        { committedOffset: -1n, errorCode: errorCode.UNKNOWN_TOPIC_ID },
      ])
    })

    it.each([2, 7, 8, 10])(
      'gives all that there is when v%i asks for nothing in particular',
      async (version) => {
        await commit()
        expect(await fetched(null, version)).toMatchObject([{ partitionIndex: 0, committedOffset: 17n }])
      },
    )

    it('gives nothing of a group that is not there', async () => {
      expect(await fetched(null)).toEqual([])
    })

    it('answers several groups at once', async () => {
      await commit()
      const bench = getBench()
      const { groups } = await client.send(offsetFetch, 9, {
        groups: [
          { groupId: group, topics: null },
          { groupId: group.replace('group', 'other'), topics: [] },
        ],
      })
      expect(groups.map(({ groupId }) => groupId)).toContain(group)
      expect(groups).toHaveLength(2)
      expect(bench.cluster.brokers.length > 1 || groups.every(({ errorCode: code }) => code === 0)).toBe(true)
    })

    it('forgets the offsets of a topic that is deleted', async () => {
      await commit()
      await client.send(deleteTopics, 6, {
        topics: [{ name: topic.name, topicId: noTopicId }],
        timeoutMs: 5000,
      })
      const left = await until('the end of the offsets', async () => {
        const [offset] = await fetched([0])
        return offset!.committedOffset === -1n ? offset : undefined
      })
      expect(left).toMatchObject({ errorCode: 0 })
    })
  })

  describe('DescribeGroups', () => {
    const described = async (version = 6) =>
      (await client.send(describeGroups, version, { groups: [group] })).groups[0]!

    it.each([0, 1, 2, 3, 4, 5])('calls a group that is not there dead in v%i', async (version) => {
      expect(await described(version)).toMatchObject({
        errorCode: 0,
        groupId: group,
        groupState: 'Dead',
        members: [],
      })
    })

    it('says in v6 that a group is not there', async () => {
      expect(await described()).toMatchObject({
        errorCode: errorCode.GROUP_ID_NOT_FOUND,
        groupState: 'Dead',
      })
    })

    it.each([0, 1, 2, 3, 4, 5, 6])('shows in v%i the members of a stable group', async (version) => {
      const { joined } = await stableMember(getBench(), group)
      const { members, ...shown } = await described(version)
      expect(shown).toMatchObject({
        errorCode: 0,
        groupState: 'Stable',
        protocolType: 'consumer',
        protocolData: 'range',
      })
      expect(members).toEqual([
        {
          memberId: joined.memberId,
          groupInstanceId: null,
          clientId: 'contract',
          clientHost: '/127.0.0.1',
          memberMetadata: subscription('wants everything'),
          memberAssignment: Buffer.from('everything'),
        },
      ])
    })

    it('shows the state between joining and the assignment', async () => {
      await join(getBench(), group)
      // A coordinator shows what its followers have, too, and has not waited for them to answer the join.
      const shown = await until(`the group ${group}`, async () => {
        const found = await described()
        return found.groupState === 'Dead' ? undefined : found
      })
      expect(shown).toMatchObject({ groupState: 'CompletingRebalance', protocolData: '' })
    })

    it('shows a group that only has offsets as empty', async () => {
      await commit()
      expect(await described()).toMatchObject({ errorCode: 0, groupState: 'Empty', protocolType: '' })
    })

    it('shows a group that all have left as empty, with its protocol type', async () => {
      const { client: member, joined } = await stableMember(getBench(), group)
      await leave(member, group, joined.memberId)
      expect(await described()).toMatchObject({
        groupState: 'Empty',
        protocolType: 'consumer',
        protocolData: '',
        members: [],
      })
    })
  })

  describe('ListGroups', () => {
    const listed = async (version = 5, filters = {}) =>
      (await client.send(listGroups, version, filters)).groups.find(({ groupId }) => groupId === group)

    it.each([0, 1, 2, 3, 4, 5])('names in v%i a group with its type', async (version) => {
      await stableMember(getBench(), group)
      expect(await listed(version)).toEqual({
        groupId: group,
        protocolType: 'consumer',
        groupState: version >= 4 ? 'Stable' : '',
        groupType: version >= 5 ? 'classic' : '',
      })
    })

    it('finds groups by their state', async () => {
      await stableMember(getBench(), group)
      expect(await listed(4, { statesFilter: ['Stable'] })).toBeDefined()
      expect(await listed(4, { statesFilter: ['stable', 'Empty'] })).toBeDefined()
      expect(await listed(4, { statesFilter: ['Empty'] })).toBeUndefined()
    })

    it('finds groups by their type', async () => {
      await stableMember(getBench(), group)
      expect(await listed(5, { typesFilter: ['classic'] })).toBeDefined()
      expect(await listed(5, { typesFilter: ['consumer'] })).toBeUndefined()
    })
  })

  describe('DeleteGroups', () => {
    const remove = async (version = 2): Promise<number> =>
      (await client.send(deleteGroups, version, { groupsNames: [group] })).results[0]!.errorCode

    it.each([0, 1, 2])('deletes an empty group with its offsets in v%i', async (version) => {
      await commit()
      expect(await remove(version)).toBe(0)
      expect(await fetched([0])).toMatchObject([{ committedOffset: -1n }])
    })

    it.each([0, 2])('knows no group that is not there (v%i)', async (version) => {
      expect(await remove(version)).toBe(errorCode.GROUP_ID_NOT_FOUND)
    })

    it('refuses a group that has members', async () => {
      await stableMember(getBench(), group)
      expect(await remove()).toBe(errorCode.NON_EMPTY_GROUP)
    })
  })
}
