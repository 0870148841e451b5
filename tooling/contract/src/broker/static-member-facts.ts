import { describeGroups, errorCode, heartbeat, leaveGroup } from '@headwater/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { until, type BrokerBench } from './broker-bench.ts'
import { join, sendJoin, sendSync, stableMember, subscription, type Joined } from './group-member-client.ts'
import type { RawClient } from './raw-client.ts'

/** Members that keep their place over a restart (KIP-345), because they have a name of their own. */
export function describeStaticMembers(getBench: () => BrokerBench): void {
  let group: string
  let client: RawClient

  beforeEach(async () => {
    const bench = getBench()
    group = bench.name('group')
    client = await bench.client(await bench.coordinatorAddress(group))
  })

  const heartbeatOf = async ({ memberId, generationId }: Joined, groupInstanceId: string): Promise<number> =>
    (await client.send(heartbeat, 4, { groupId: group, generationId, memberId, groupInstanceId })).errorCode

  describe('a static member that comes back', () => {
    it('has its place, and its old id is fenced', async () => {
      const bench = getBench()
      const { joined: old } = await stableMember(bench, group, { groupInstanceId: 'one' })
      const { joined } = await join(bench, group, { groupInstanceId: 'one' })
      expect(joined).toMatchObject({ errorCode: 0, generationId: 1, skipAssignment: true })
      expect(joined.memberId).not.toBe(old.memberId)
      expect(
        await client.send(heartbeat, 4, {
          groupId: group,
          generationId: 1,
          memberId: old.memberId,
          groupInstanceId: 'one',
        }),
      ).toMatchObject({ errorCode: errorCode.FENCED_INSTANCE_ID })
      const { assignment } = await sendSync(client, group, joined)
      expect(assignment.toString()).toBe('everything')
    })

    it.each([5, 6, 7, 8])(
      'hears in v%i that its old id leads, so that it hands out nothing',
      async (version) => {
        const { joined: old } = await stableMember(getBench(), group, { groupInstanceId: 'one' })
        const { joined } = await join(getBench(), group, { groupInstanceId: 'one', version })
        expect(joined).toMatchObject({ errorCode: 0, generationId: 1, leader: old.memberId, members: [] })
        expect(joined.memberId).not.toBe(old.memberId)
        expect((await sendSync(client, group, joined)).assignment.toString()).toBe('everything')
      },
    )

    it('starts no rebalance when it subscribes to something else', async () => {
      await stableMember(getBench(), group, { groupInstanceId: 'one' })
      const protocols = [['range', 'wants less']] as const
      const { joined } = await join(getBench(), group, { groupInstanceId: 'one', protocols })
      expect(joined).toMatchObject({ errorCode: 0, generationId: 1, skipAssignment: true })
      expect(joined.members).toMatchObject([{ metadata: subscription('wants less') }])
      expect((await sendSync(client, group, joined)).assignment.toString()).toBe('everything')
    })

    it('starts one when another protocol wins by it', async () => {
      const both = [
        ['range', ''],
        ['roundrobin', ''],
      ] as const
      await stableMember(getBench(), group, { groupInstanceId: 'one', protocols: both })
      const { joined } = await join(getBench(), group, {
        groupInstanceId: 'one',
        protocols: both.toReversed(),
      })
      expect(joined).toMatchObject({ generationId: 2, protocolName: 'roundrobin', skipAssignment: false })
    })

    it('starts none as a follower, and hears of no other member', async () => {
      const { leader, follower } = await pair()
      const { joined } = await join(getBench(), group, { groupInstanceId: 'two' })
      expect(joined).toMatchObject({
        generationId: 2,
        leader: leader.memberId,
        members: [],
        skipAssignment: false,
      })
      expect(joined.memberId).not.toBe(follower.memberId)
      expect((await sendSync(client, group, joined)).assignment.toString()).toBe('for two')
    })
  })

  /** A leader `one` and a follower `two`, in generation 2. */
  async function pair(): Promise<{ readonly leader: Joined; readonly follower: Joined }> {
    const one = await stableMember(getBench(), group, { groupInstanceId: 'one' })
    const other = await getBench().fresh(await getBench().coordinatorAddress(group))
    const waiting = sendJoin(other, group, { groupInstanceId: 'two' })
    await rebalancing()
    const again = { memberId: one.joined.memberId, groupInstanceId: 'one' }
    const leader = await sendJoin(one.client, group, again)
    const follower = await waiting
    const assignments = { [leader.memberId]: 'for one', [follower.memberId]: 'for two' }
    await sendSync(one.client, group, leader, assignments)
    await sendSync(other, group, follower)
    return { leader, follower }
  }

  const rebalancing = (): Promise<true> =>
    until(`${group} rebalances`, async () => {
      const { groups } = await client.send(describeGroups, 5, { groups: [group] })
      return groups[0]?.groupState === 'PreparingRebalance' ? true : undefined
    })

  describe('a rebalance with none but static members, of whom nobody joins', () => {
    it('waits for one of them beyond the rebalance timeout, and keeps their places', async () => {
      const bench = getBench()
      const rebalanceTimeoutMs = 100
      const { joined } = await stableMember(bench, group, { groupInstanceId: 'one', rebalanceTimeoutMs })
      // Somebody else begins the rebalance, and leaves.
      const other = await bench.fresh(await bench.coordinatorAddress(group))
      const { memberId } = await sendJoin(other, group, { rebalanceTimeoutMs: 10 })
      const answer = sendJoin(other, group, { memberId, rebalanceTimeoutMs: 10 })
      await rebalancing()
      await client.send(leaveGroup, 4, { groupId: group, members: [{ memberId }] })
      expect(await answer).toMatchObject({ errorCode: errorCode.UNKNOWN_MEMBER_ID, memberId: '' })
      const endMs = performance.now() + 3 * rebalanceTimeoutMs
      while (performance.now() < endMs)
        expect(await heartbeatOf(joined, 'one')).toBe(errorCode.REBALANCE_IN_PROGRESS)
      const back = { memberId: joined.memberId, groupInstanceId: 'one', rebalanceTimeoutMs }
      expect(await sendJoin(client, group, back)).toMatchObject({ errorCode: 0, generationId: 2 })
    })
  })
}
