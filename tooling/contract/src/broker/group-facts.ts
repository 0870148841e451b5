import {
  describeGroups,
  errorCode,
  findCoordinator,
  heartbeat,
  joinGroup,
  leaveGroup,
  syncGroup,
} from '@headwater/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { until, type BrokerBench } from './broker-bench.ts'
import { join, sendJoin, sendSync, stableMember, subscription } from './group-member-client.ts'
import type { RawClient } from './raw-client.ts'

/** How members of a group find each other, and who gets which assignment. */
export function describeGroupMembers(getBench: () => BrokerBench): void {
  let group: string
  let client: RawClient

  beforeEach(async () => {
    const bench = getBench()
    group = bench.name('group')
    client = await bench.client(await bench.coordinatorAddress(group))
  })

  const beat = (memberId: string, generationId: number, version = 4) =>
    client.send(heartbeat, version, { groupId: group, generationId, memberId })
  const stateOf = async (): Promise<string> =>
    (await client.send(describeGroups, 5, { groups: [group] })).groups[0]!.groupState
  const becomes = (state: string): Promise<true> =>
    until(`${group} ${state}`, async () => ((await stateOf()) === state ? true : undefined))

  describe('FindCoordinator', () => {
    it.each([0, 1, 2, 3])('names in v%i the broker that coordinates a group', async (version) => {
      const bench = getBench()
      const found = await client.send(findCoordinator, version, { key: group, keyType: 0 })
      expect(found).toMatchObject({ errorCode: 0, errorMessage: version === 0 ? null : found.errorMessage })
      expect(bench.cluster.brokers).toContain(`${found.host}:${found.port}`)
    })

    it.each([4, 5, 6])('names in v%i the brokers that coordinate several', async (version) => {
      const bench = getBench()
      const coordinatorKeys = [group, bench.name('group')]
      const { coordinators } = await client.send(findCoordinator, version, { keyType: 0, coordinatorKeys })
      expect(coordinators.map(({ key }) => key)).toEqual(coordinatorKeys)
      for (const { errorCode: code, host, port } of coordinators) {
        expect(code).toBe(0)
        expect(bench.cluster.brokers).toContain(`${host}:${port}`)
      }
    })

    it('says the same whichever broker is asked', async () => {
      const bench = getBench()
      const nodes = new Set<number>()
      for (const address of bench.cluster.brokers) {
        const other = await bench.client(address)
        nodes.add((await other.send(findCoordinator, 2, { key: group, keyType: 0 })).nodeId)
      }
      expect(nodes.size).toBe(1)
    })

    it('refuses a kind of key that there is not', async () => {
      expect(await client.send(findCoordinator, 3, { key: group, keyType: 9 })).toMatchObject({
        errorCode: errorCode.INVALID_REQUEST,
        nodeId: -1,
      })
    })
  })

  describe('JoinGroup', () => {
    it.each([4, 5, 6, 7, 8, 9])('sends a first member back with an id in v%i', async (version) => {
      const joined = await sendJoin(client, group, { version })
      expect(joined).toMatchObject({ errorCode: errorCode.MEMBER_ID_REQUIRED, generationId: -1, members: [] })
      expect(joined.memberId).toMatch(/^contract-.{36}$/u)
    })

    it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('makes an only member the leader in v%i', async (version) => {
      const { joined } = await join(getBench(), group, { version })
      expect(joined).toMatchObject({
        errorCode: 0,
        generationId: 1,
        protocolType: version >= 7 ? 'consumer' : null,
        protocolName: 'range',
        leader: joined.memberId,
        skipAssignment: false,
      })
      expect(joined.members).toEqual([
        { memberId: joined.memberId, groupInstanceId: null, metadata: subscription('wants everything') },
      ])
    })

    it('takes a static member without sending it back', async () => {
      const { joined } = await join(getBench(), group, { groupInstanceId: 'one' })
      expect(joined).toMatchObject({ errorCode: 0, generationId: 1 })
      expect(joined.memberId).toMatch(/^one-.{36}$/u)
      expect(joined.members).toMatchObject([{ groupInstanceId: 'one' }])
    })

    it.each([
      ['a session timeout below 6 s', { sessionTimeoutMs: 5999 }, errorCode.INVALID_SESSION_TIMEOUT],
      ['a session timeout above 30 min', { sessionTimeoutMs: 1_800_001 }, errorCode.INVALID_SESSION_TIMEOUT],
      ['no protocol', { protocols: [] }, errorCode.INCONSISTENT_GROUP_PROTOCOL],
      ['no protocol type', { protocolType: '' }, errorCode.INCONSISTENT_GROUP_PROTOCOL],
      ['a member id that nobody has', { memberId: 'nobody' }, errorCode.UNKNOWN_MEMBER_ID],
    ])('refuses %s', async (_, options, code) => {
      expect(await sendJoin(client, group, options)).toMatchObject({ errorCode: code, generationId: -1 })
    })

    it('refuses a group without a name', async () => {
      expect(await sendJoin(client, '')).toMatchObject({ errorCode: errorCode.INVALID_GROUP_ID })
    })

    it.each([
      ['with another protocol type', { protocolType: 'connect' }],
      ['without a protocol in common', { protocols: [['other', '']] as const }],
    ])('refuses a second member %s', async (_, options) => {
      await stableMember(getBench(), group)
      const second = await join(getBench(), group, options)
      expect(second.joined).toMatchObject({ errorCode: errorCode.INCONSISTENT_GROUP_PROTOCOL })
    })

    it('waits until all members have joined again, and tells the leader of all', async () => {
      const bench = getBench()
      const first = await stableMember(bench, group)
      const second = join(bench, group)
      await becomes('PreparingRebalance')
      const again = await sendJoin(first.client, group, { memberId: first.joined.memberId })
      const { joined } = await second
      expect(again).toMatchObject({ errorCode: 0, generationId: 2, leader: first.joined.memberId })
      expect(new Set(again.members.map(({ memberId }) => memberId))).toEqual(
        new Set([first.joined.memberId, joined.memberId]),
      )
      expect(joined).toMatchObject({ generationId: 2, leader: first.joined.memberId, members: [] })
    })

    it('chooses the protocol that most members like best, of those that all have', async () => {
      const bench = getBench()
      const protocols = (...names: string[]) => names.map((name): [string, string] => [name, name])
      const first = await stableMember(bench, group, { protocols: protocols('a', 'b', 'c') })
      const second = join(bench, group, { protocols: protocols('c', 'b') })
      await becomes('PreparingRebalance')
      const again = sendJoin(first.client, group, {
        memberId: first.joined.memberId,
        protocols: protocols('a', 'c', 'b'),
      })
      expect((await second).joined.protocolName).toBe('c')
      expect((await again).members.map(({ metadata }) => metadata)).toEqual([
        subscription('c'),
        subscription('c'),
      ])
    })

    it('answers a follower that asks again without a rebalance', async () => {
      const bench = getBench()
      const first = await stableMember(bench, group)
      const joining = join(bench, group)
      await becomes('PreparingRebalance')
      const leader = await sendJoin(first.client, group, { memberId: first.joined.memberId })
      const second = await joining
      await sendSync(first.client, group, leader, {})
      await sendSync(second.client, group, second.joined)
      const again = await sendJoin(second.client, group, { memberId: second.joined.memberId })
      expect(again).toMatchObject({ errorCode: 0, generationId: 2, members: [] })
      expect(await stateOf()).toBe('Stable')
    })

    it('starts a rebalance when the leader asks again', async () => {
      const { client: member, joined } = await stableMember(getBench(), group)
      const again = await sendJoin(member, group, { memberId: joined.memberId })
      expect(again).toMatchObject({ errorCode: 0, generationId: 2, leader: joined.memberId })
    })

    it('starts over when all members have left', async () => {
      const bench = getBench()
      const first = await stableMember(bench, group)
      await first.client.send(leaveGroup, 2, { groupId: group, memberId: first.joined.memberId })
      const { joined } = await join(bench, group, { protocolType: 'another' })
      expect(joined).toMatchObject({ errorCode: 0, generationId: 3, leader: joined.memberId })
    })
  })

  describe('SyncGroup', () => {
    it.each([0, 1, 2, 3, 4, 5])(
      'gives an only member what it has assigned to itself in v%i',
      async (version) => {
        const { client: member, joined } = await join(getBench(), group)
        const synced = await sendSync(member, group, joined, { [joined.memberId]: 'mine' }, version)
        expect(synced).toMatchObject({
          errorCode: 0,
          protocolType: version >= 5 ? 'consumer' : null,
          protocolName: version >= 5 ? 'range' : null,
        })
        expect(synced.assignment.toString()).toBe('mine')
      },
    )

    it('keeps a follower waiting for the leader', async () => {
      const bench = getBench()
      const first = await stableMember(bench, group)
      const joining = join(bench, group)
      await becomes('PreparingRebalance')
      const leader = await sendJoin(first.client, group, { memberId: first.joined.memberId })
      const second = await joining
      const order: string[] = []
      const waiting = sendSync(second.client, group, second.joined).finally(() => order.push('synced'))
      await beat(second.joined.memberId, 2)
      order.push('leader')
      await sendSync(first.client, group, leader, { [second.joined.memberId]: 'yours' })
      expect((await waiting).assignment.toString()).toBe('yours')
      expect(order).toEqual(['leader', 'synced'])
    })

    it('gives a member nothing that the leader has not named', async () => {
      const { client: member, joined } = await join(getBench(), group)
      expect((await sendSync(member, group, joined, {})).assignment).toHaveLength(0)
    })

    it('gives the same again', async () => {
      const { client: member, joined } = await stableMember(getBench(), group)
      expect((await sendSync(member, group, joined)).assignment.toString()).toBe('everything')
    })

    it('knows neither other members, nor other generations, nor other groups', async () => {
      const { joined } = await stableMember(getBench(), group)
      const { memberId, generationId } = joined
      expect(await sendSync(client, group, { memberId: 'nobody', generationId })).toMatchObject({
        errorCode: errorCode.UNKNOWN_MEMBER_ID,
      })
      expect(await sendSync(client, group, { memberId, generationId: 7 })).toMatchObject({
        errorCode: errorCode.ILLEGAL_GENERATION,
      })
    })

    it.each([
      ['protocol type', { protocolType: 'connect', protocolName: 'range' }],
      ['protocol', { protocolType: 'consumer', protocolName: 'sticky' }],
    ])('refuses another %s than the group has', async (_, names) => {
      const { joined } = await stableMember(getBench(), group)
      const { memberId, generationId } = joined
      expect(
        await client.send(syncGroup, 5, {
          groupId: group,
          memberId,
          generationId,
          ...names,
          assignments: [],
        }),
      ).toMatchObject({ errorCode: errorCode.INCONSISTENT_GROUP_PROTOCOL })
    })

    it.each([
      ['protocol type', { protocolName: 'range' }],
      ['protocol', { protocolType: 'consumer' }],
    ])('refuses in v5 a member that does not name the %s', async (_, names) => {
      const { joined } = await stableMember(getBench(), group)
      const { memberId, generationId } = joined
      expect(
        await client.send(syncGroup, 5, {
          groupId: group,
          memberId,
          generationId,
          ...names,
          assignments: [],
        }),
      ).toMatchObject({ errorCode: errorCode.INCONSISTENT_GROUP_PROTOCOL })
    })

    it('is REBALANCE_IN_PROGRESS while members join', async () => {
      const bench = getBench()
      const { joined } = await stableMember(bench, group)
      const second = await bench.fresh(await bench.coordinatorAddress(group))
      const { memberId } = await sendJoin(second, group)
      second.post(joinGroup, 4, {
        groupId: group,
        sessionTimeoutMs: 30_000,
        rebalanceTimeoutMs: 30_000,
        memberId,
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: subscription('') }],
      })
      await becomes('PreparingRebalance')
      expect(await sendSync(client, group, joined)).toMatchObject({
        errorCode: errorCode.REBALANCE_IN_PROGRESS,
      })
      expect(await beat(joined.memberId, joined.generationId)).toMatchObject({
        errorCode: errorCode.REBALANCE_IN_PROGRESS,
      })
    })
  })

  describe('Heartbeat', () => {
    it.each([0, 1, 2, 3, 4])('is good in v%i for a member of the current generation', async (version) => {
      const { joined } = await stableMember(getBench(), group)
      expect(await beat(joined.memberId, 1, version)).toMatchObject({ errorCode: 0 })
    })

    it.each([0, 4])('knows no member of a group that is not there (v%i)', async (version) => {
      expect(await beat('nobody', 1, version)).toMatchObject({ errorCode: errorCode.UNKNOWN_MEMBER_ID })
    })

    it('knows neither other members nor other generations', async () => {
      const { joined } = await stableMember(getBench(), group)
      expect(await beat('nobody', 1)).toMatchObject({ errorCode: errorCode.UNKNOWN_MEMBER_ID })
      for (const generation of [0, 2, -1]) {
        expect(await beat(joined.memberId, generation)).toMatchObject({
          errorCode: errorCode.ILLEGAL_GENERATION,
        })
      }
    })

    it('is good between joining and the assignment', async () => {
      const { joined } = await join(getBench(), group)
      expect(await beat(joined.memberId, 1)).toMatchObject({ errorCode: 0 })
    })
  })

  describe('LeaveGroup', () => {
    it.each([0, 1, 2])('ends one membership in v%i', async (version) => {
      const { joined } = await stableMember(getBench(), group)
      const request = { groupId: group, memberId: joined.memberId }
      expect(await client.send(leaveGroup, version, request)).toMatchObject({ errorCode: 0 })
      await becomes('Empty')
      expect(await client.send(leaveGroup, version, request)).toMatchObject({
        errorCode: errorCode.UNKNOWN_MEMBER_ID,
      })
    })

    it.each([3, 4, 5])('ends several in v%i, each with a code of its own', async (version) => {
      const { joined } = await stableMember(getBench(), group)
      const members = [{ memberId: 'nobody' }, { memberId: joined.memberId }]
      const answer = await client.send(leaveGroup, version, { groupId: group, members })
      expect(answer).toMatchObject({
        errorCode: 0,
        members: [
          { memberId: 'nobody', errorCode: errorCode.UNKNOWN_MEMBER_ID },
          { memberId: joined.memberId, errorCode: 0 },
        ],
      })
      await becomes('Empty')
    })

    it('finds a static member by its instance id', async () => {
      await stableMember(getBench(), group, { groupInstanceId: 'one' })
      const members = [{ memberId: '', groupInstanceId: 'one' }]
      expect(await client.send(leaveGroup, 4, { groupId: group, members })).toMatchObject({
        errorCode: 0,
        members: [{ groupInstanceId: 'one', errorCode: 0 }],
      })
      await becomes('Empty')
    })

    it('fences a static member under another id', async () => {
      await stableMember(getBench(), group, { groupInstanceId: 'one' })
      const members = [{ memberId: 'another', groupInstanceId: 'one' }]
      expect(await client.send(leaveGroup, 4, { groupId: group, members })).toMatchObject({
        members: [{ errorCode: errorCode.FENCED_INSTANCE_ID }],
      })
    })

    it.each([0, 3])('knows no group that is not there (v%i)', async (version) => {
      const request =
        version === 0
          ? { groupId: group, memberId: 'nobody' }
          : { groupId: group, members: [{ memberId: 'nobody' }] }
      const answer = await client.send(leaveGroup, version, request)
      const codes = version === 0 ? [answer.errorCode] : answer.members.map(({ errorCode: code }) => code)
      expect(codes).toEqual([errorCode.UNKNOWN_MEMBER_ID])
    })
  })
}
