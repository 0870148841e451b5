import { ManualClock } from '@headwater/base'
import {
  deleteGroups,
  describeGroups,
  errorCode,
  findCoordinator,
  heartbeat,
  joinGroup,
  leaveGroup,
  listGroups,
  offsetCommit,
  offsetFetch,
} from '@headwater/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient } from './raw-client.ts'
import { RawMember } from './raw-member.ts'

/** The classic group protocol, one raw request at a time, on a clock that the test moves. */
let kafka: EmbeddedKafka
let clock: ManualClock
const clients: RawClient[] = []

beforeEach(async () => {
  clock = new ManualClock()
  kafka = await startKafka({ clock, topics: { t: { partitions: 2 } } })
  await findCoordinatorOf('g')
})
afterEach(async () => {
  for (const client of clients.splice(0)) client[Symbol.dispose]()
  await kafka.close()
  expect(clock.pendingTimers).toBe(0)
})

async function open(broker: number = 1): Promise<RawClient> {
  const client = await RawClient.open(kafka.broker(broker).port)
  clients.push(client)
  return client
}

const findCoordinatorOf = async (key: string) =>
  (await (await open()).send(findCoordinator, 2, { key, keyType: 0 })).nodeId

const newMember = async (instanceId: string | null = null): Promise<RawMember> =>
  new RawMember(await open(), instanceId)

/** Two members in a stable group; the first leads. */
async function stablePair(): Promise<[RawMember, RawMember]> {
  const one = await newMember()
  await one.join()
  await one.sync({ [one.id]: 'all' })
  const two = await newMember()
  const joining = two.join()
  await expect.poll(() => one.heartbeat()).toBe(errorCode.REBALANCE_IN_PROGRESS)
  await Promise.all([one.join(), joining])
  const waiting = two.sync()
  await one.sync({ [one.id]: 'half', [two.id]: 'other half' })
  await waiting
  return [one, two]
}

const stateOf = async (groupId: string = 'g') =>
  (await (await open()).send(describeGroups, 4, { groups: [groupId] })).groups[0]!

describe('JoinGroup', () => {
  it('sends a first join back with a member id from v4 on, but not a static member', async () => {
    const client = await open()
    const join = (version: number, groupInstanceId: string | null) =>
      client.send(joinGroup, version, {
        groupId: 'g',
        sessionTimeoutMs: 10_000,
        rebalanceTimeoutMs: 30_000,
        memberId: '',
        groupInstanceId,
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
      })
    const sentBack = await join(4, null)
    expect(sentBack.errorCode).toBe(errorCode.MEMBER_ID_REQUIRED)
    expect(sentBack.memberId).toMatch(/^raw-/u)
    // The id that was given out and not used is forgotten in time, so that the next join need not wait for it.
    clock.advance(10_000)
    const asStatic = await join(5, 'pod-1')
    expect(asStatic).toMatchObject({ errorCode: 0, generationId: 1 })
    expect(asStatic.memberId).toMatch(/^pod-1-/u)
  })

  it('answers when all have joined, gives the members to the leader only, and votes for the protocol', async () => {
    const one = await newMember()
    expect(await one.join(['a', 'b'])).toMatchObject({
      errorCode: 0,
      generationId: 1,
      leader: one.id,
      protocolName: 'a',
    })
    await one.sync()
    const two = await newMember()
    const joining = two.join(['c', 'b'])
    await expect.poll(() => one.heartbeat()).toBe(errorCode.REBALANCE_IN_PROGRESS)
    const [first, second] = await Promise.all([one.join(['a', 'b']), joining])
    expect(first).toMatchObject({ generationId: 2, leader: one.id, protocolName: 'b' })
    expect(first.members.map(({ memberId, metadata }) => [memberId, String(metadata)])).toEqual([
      [one.id, 'b metadata'],
      [two.id, 'b metadata'],
    ])
    expect(second).toMatchObject({ generationId: 2, leader: one.id, members: [] })
  })

  it('waits for a member that was sent back with an id', async () => {
    const [one, two] = await stablePair()
    const three = await newMember()
    const request = {
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 30_000,
      protocolType: 'consumer',
    }
    const protocols = [{ name: 'range', metadata: Buffer.alloc(0) }]
    const sentBack = await three.client.send(joinGroup, 5, { ...request, memberId: '', protocols })
    expect(sentBack.errorCode).toBe(errorCode.MEMBER_ID_REQUIRED)
    const joining = Promise.all([one.join(), two.join()])
    three.id = sentBack.memberId
    // The two that are in stand and wait, though everybody who is a member has joined.
    await expect.poll(async () => (await stateOf()).groupState).toBe('PreparingRebalance')
    const [first] = await Promise.all([joining.then(([answer]) => answer), three.join()])
    expect(first.members).toHaveLength(3)
  })

  it('drops members that do not join again within the rebalance timeout', async () => {
    const one = await newMember()
    await one.join()
    await one.sync()
    const two = await newMember()
    const joining = two.join()
    for (let beats = 0; beats < 4; beats++) {
      await expect.poll(() => one.heartbeat()).toBe(errorCode.REBALANCE_IN_PROGRESS)
      clock.advance(7_500)
    }
    expect(await joining).toMatchObject({ errorCode: 0, leader: two.id })
    expect(await one.heartbeat()).toBe(errorCode.UNKNOWN_MEMBER_ID)
  })

  it('drops a member that heartbeats and never asks for its assignment, even from a stable group', async () => {
    const one = await newMember()
    await one.join()
    await one.sync({ [one.id]: 'all' })
    const two = await newMember()
    const joining = two.join()
    await expect.poll(() => one.heartbeat()).toBe(errorCode.REBALANCE_IN_PROGRESS)
    await Promise.all([one.join(), joining])
    await one.sync({ [one.id]: 'half', [two.id]: 'other half' })
    // The rebalance timeout of both is 30 s, and nobody is silent for a session of 10 s.
    for (let waitedMs = 0; waitedMs < 25_000; waitedMs += 5000) {
      clock.advance(5000)
      expect([await one.heartbeat(), await two.heartbeat()]).toEqual([0, 0])
    }
    clock.advance(5000)
    expect(await two.heartbeat()).toBe(errorCode.UNKNOWN_MEMBER_ID)
    expect(await one.heartbeat()).toBe(errorCode.REBALANCE_IN_PROGRESS)
  })

  it('refuses what does not fit the group', async () => {
    const one = await newMember()
    await one.join(['range'])
    const two = await newMember()
    expect((await two.join(['other'])).errorCode).toBe(errorCode.INCONSISTENT_GROUP_PROTOCOL)
    const three = await newMember()
    three.id = 'made-up'
    expect((await three.join()).errorCode).toBe(errorCode.UNKNOWN_MEMBER_ID)
    const request = { sessionTimeoutMs: 1, memberId: '', protocolType: 'consumer', protocols: [] }
    const short = await three.client.send(joinGroup, 5, { ...request, groupId: 'g' })
    expect(short.errorCode).toBe(errorCode.INVALID_SESSION_TIMEOUT)
    const nameless = await three.client.send(joinGroup, 5, { ...request, groupId: '' })
    expect(nameless.errorCode).toBe(errorCode.INVALID_GROUP_ID)
  })

  it('gives a static member its place back without a rebalance, and fences the old one', async () => {
    const old = await newMember('pod-1')
    await old.join()
    await old.sync({ [old.id]: 'mine' })
    const young = await newMember('pod-1')
    expect(await young.join()).toMatchObject({ errorCode: 0, generationId: 1, leader: old.id })
    expect(young.id).not.toBe(old.id)
    expect(String((await young.sync()).assignment)).toBe('mine')
    expect(await old.heartbeat()).toBe(errorCode.FENCED_INSTANCE_ID)
    expect(await young.heartbeat()).toBe(0)
  })
})

describe('SyncGroup', () => {
  it('hands out what the leader says', async () => {
    const one = await newMember()
    await one.join()
    expect(String((await one.sync({ [one.id]: 'all' })).assignment)).toBe('all')
    expect(await stateOf()).toMatchObject({ groupState: 'Stable', protocolData: 'range' })
  })

  it('refuses another generation, and members that nobody knows', async () => {
    const [one] = await stablePair()
    one.generation--
    expect((await one.sync()).errorCode).toBe(errorCode.ILLEGAL_GENERATION)
    one.id = 'made-up'
    expect((await one.sync()).errorCode).toBe(errorCode.UNKNOWN_MEMBER_ID)
  })

  it('drops a member that never asks for its assignment when its session ends', async () => {
    const [one, two] = await stablePair()
    const rejoining = [one.join(), two.join()]
    await Promise.all(rejoining)
    const waiting = one.sync({})
    await waiting
    expect(await one.heartbeat()).toBe(0)
    clock.advance(9_000)
    expect(await one.heartbeat()).toBe(0)
    clock.advance(2_000)
    expect(await one.heartbeat()).toBe(errorCode.REBALANCE_IN_PROGRESS)
  })
})

describe('Heartbeat', () => {
  it('keeps a member in; without it, the session ends and the others rebalance', async () => {
    const [one, two] = await stablePair()
    clock.advance(6_000)
    expect(await one.heartbeat()).toBe(0)
    clock.advance(6_000)
    expect(await one.heartbeat()).toBe(errorCode.REBALANCE_IN_PROGRESS)
    expect(await two.heartbeat()).toBe(errorCode.UNKNOWN_MEMBER_ID)
    expect(await one.join()).toMatchObject({ errorCode: 0, leader: one.id, members: [{ memberId: one.id }] })
  })

  it('refuses another generation', async () => {
    const [one] = await stablePair()
    expect(await one.heartbeat(one.generation - 1)).toBe(errorCode.ILLEGAL_GENERATION)
  })
})

describe('LeaveGroup', () => {
  it('starts a rebalance, and empties the group when the last one goes', async () => {
    const [one, two] = await stablePair()
    expect(await two.leave()).toBe(0)
    expect(await two.leave()).toBe(errorCode.UNKNOWN_MEMBER_ID)
    expect(await one.heartbeat()).toBe(errorCode.REBALANCE_IN_PROGRESS)
    expect(await one.leave()).toBe(0)
    expect(await stateOf()).toMatchObject({ groupState: 'Empty', members: [] })
  })

  it('answers for each member from v3 on', async () => {
    const [one] = await stablePair()
    const members = [
      { memberId: one.id },
      { memberId: 'made-up' },
      { memberId: '', groupInstanceId: 'pod-9' },
    ]
    const answer = await one.client.send(leaveGroup, 5, { groupId: 'g', members })
    expect(answer.errorCode).toBe(0)
    expect(answer.members.map((member) => member.errorCode)).toEqual([0, 25, 25])
  })
})

describe('OffsetCommit and OffsetFetch', () => {
  it('keep what members of the generation commit', async () => {
    const [one, two] = await stablePair()
    expect(await one.commit(5n)).toBe(0)
    expect(await one.commit(6n, one.generation - 1)).toBe(errorCode.ILLEGAL_GENERATION)
    two.id = 'made-up'
    expect(await two.commit(7n)).toBe(errorCode.UNKNOWN_MEMBER_ID)
    const single = await one.client.send(offsetFetch, 5, { groupId: 'g', topics: null })
    expect(single.topics).toEqual([
      {
        name: 't',
        partitions: [
          {
            partitionIndex: 0,
            committedOffset: 5n,
            committedLeaderEpoch: -1,
            metadata: 'note',
            errorCode: 0,
          },
        ],
      },
    ])
    const topics = [{ name: 't', partitionIndexes: [0, 1] }]
    const many = await one.client.send(offsetFetch, 8, {
      groups: [
        { groupId: 'g', topics },
        { groupId: 'new', topics: null },
      ],
    })
    expect(
      many.groups.map(({ groupId, topics: found }) => [
        groupId,
        found.flatMap(({ partitions }) => partitions.map((p) => p.committedOffset)),
      ]),
    ).toEqual([
      ['g', [5n, -1n]],
      ['new', []],
    ])
  })

  it('let anybody commit while the group is empty, and nobody else once it is not', async () => {
    const stranger = await newMember()
    expect(await stranger.commit(1n)).toBe(0)
    await stablePair()
    expect(await stranger.commit(2n)).toBe(errorCode.UNKNOWN_MEMBER_ID)
  })

  it('refuse notes that are too long and partitions that are not there', async () => {
    const client = await open()
    const commit = async (partitionIndex: number, committedMetadata: string): Promise<number> => {
      const topics = [{ name: 't', partitions: [{ partitionIndex, committedOffset: 1n, committedMetadata }] }]
      const answer = await client.send(offsetCommit, 7, { groupId: 'g', memberId: '', topics })
      return answer.topics[0]!.partitions[0]!.errorCode
    }
    expect(await commit(0, 'x'.repeat(4097))).toBe(errorCode.OFFSET_METADATA_TOO_LARGE)
    expect(await commit(9, '')).toBe(errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })
})

describe('group administration', () => {
  it('lists and describes groups, and deletes them only when they are empty', async () => {
    const [one, two] = await stablePair()
    const client = await open()
    const described = await stateOf()
    expect(
      described.members.map(({ memberId, clientId, clientHost }) => [memberId, clientId, clientHost]),
    ).toEqual([
      [one.id, 'raw', '/127.0.0.1'],
      [two.id, 'raw', '/127.0.0.1'],
    ])
    expect(described.members.map(({ memberAssignment }) => String(memberAssignment))).toEqual([
      'half',
      'other half',
    ])
    const list = async (statesFilter: readonly string[]) =>
      (await client.send(listGroups, 5, { statesFilter })).groups.map(
        ({ groupId, groupType }) => `${groupId} ${groupType}`,
      )
    expect(await list([])).toEqual(['g classic'])
    expect(await list(['Empty'])).toEqual([])
    const remove = async (name: string) =>
      (await client.send(deleteGroups, 2, { groupsNames: [name] })).results[0]!.errorCode
    expect(await remove('g')).toBe(errorCode.NON_EMPTY_GROUP)
    expect(await remove('nobody')).toBe(errorCode.GROUP_ID_NOT_FOUND)
    await one.leave()
    await two.leave()
    expect(await remove('g')).toBe(0)
    expect((await stateOf()).groupState).toBe('Dead')
    const strict = await client.send(describeGroups, 6, { groups: ['g'] })
    expect(strict.groups[0]!.errorCode).toBe(errorCode.GROUP_ID_NOT_FOUND)
  })
})

describe('group coordinators', () => {
  it('answer for their groups only, and move with the leader of the group’s partition', async () => {
    await using three = await startKafka({ brokers: 3, clock })
    using asker = await RawClient.open(three.broker(1).port)
    const find = async (): Promise<number> => {
      const answer = await asker.send(findCoordinator, 4, { keyType: 0, coordinatorKeys: ['g', 'h'] })
      expect(answer.coordinators.map(({ key, errorCode: code }) => [key, code])).toEqual([
        ['g', 0],
        ['h', 0],
      ])
      return answer.coordinators[0]!.nodeId
    }
    const coordinator = await find()
    // The hash of "g" is 103, so partition 3 of 50 decides; its replicas begin with the first broker.
    expect(coordinator).toBe(three.partition('__consumer_offsets', 3).leader)
    const other = coordinator === 3 ? 2 : 3
    using stranger = await RawClient.open(three.broker(other).port)
    const beat = { groupId: 'g', generationId: 1, memberId: 'm' }
    expect((await stranger.send(heartbeat, 4, beat)).errorCode).toBe(errorCode.NOT_COORDINATOR)
    three.partition('__consumer_offsets', 3).moveLeader(other)
    expect(await find()).toBe(other)
    expect((await stranger.send(heartbeat, 4, beat)).errorCode).toBe(errorCode.UNKNOWN_MEMBER_ID)
  })
})
