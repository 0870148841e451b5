import { errorCode, joinGroup, leaveGroup, syncGroup, type ResponseOf } from '@headwater/protocol'
import type { BrokerBench } from './broker-bench.ts'
import type { RawClient } from './raw-client.ts'

/** What a JoinGroup was answered with. */
export type Joined = ResponseOf<typeof joinGroup>

/** How a member joins. */
export interface JoinOptions {
  readonly version?: number
  readonly memberId?: string
  readonly groupInstanceId?: string | null
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
  readonly protocolType?: string
  /** By name, with a text to tell them apart. */
  readonly protocols?: readonly (readonly [name: string, text: string])[]
}

/**
 * What a consumer tells of itself (`ConsumerProtocolSubscription` v0): no topics, and a text as user data. A real
 * broker reads it, and never answers a consumer whose metadata it cannot read.
 */
export function subscription(text: string): Buffer {
  const head = Buffer.alloc(10)
  head.writeInt32BE(text.length, 6)
  return Buffer.concat([head, Buffer.from(text)])
}

/** One JoinGroup, as the options say. */
export function sendJoin(client: RawClient, groupId: string, options: JoinOptions = {}): Promise<Joined> {
  const { protocols = [['range', 'wants everything']] } = options
  return client.send(joinGroup, options.version ?? 9, {
    groupId,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 30_000,
    rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 30_000,
    memberId: options.memberId ?? '',
    groupInstanceId: options.groupInstanceId ?? null,
    protocolType: options.protocolType ?? 'consumer',
    protocols: protocols.map(([name, metadata]) => ({ name, metadata: subscription(metadata) })),
  })
}

/** Joins with a connection of the member's own, fetching a member id first where the broker wants that. */
export async function join(
  bench: BrokerBench,
  groupId: string,
  options: JoinOptions = {},
): Promise<{ readonly client: RawClient; readonly joined: Joined }> {
  const client = await bench.fresh(await bench.coordinatorAddress(groupId))
  const first = await sendJoin(client, groupId, options)
  if (first.errorCode !== errorCode.MEMBER_ID_REQUIRED) return { client, joined: first }
  return { client, joined: await sendJoin(client, groupId, { ...options, memberId: first.memberId }) }
}

/** Hands out assignments, as the leader does. */
export function sendSync(
  client: RawClient,
  groupId: string,
  { memberId, generationId }: Pick<Joined, 'memberId' | 'generationId'>,
  assignments: Readonly<Record<string, string>> = {},
  version = 5,
): Promise<ResponseOf<typeof syncGroup>> {
  return client.send(syncGroup, version, {
    groupId,
    generationId,
    memberId,
    // What every member of these facts has joined with; v5 insists on it.
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: Object.entries(assignments).map(([id, text]) => ({
      memberId: id,
      assignment: Buffer.from(text),
    })),
  })
}

/** A group of one member that has its assignment. */
export async function stableMember(
  bench: BrokerBench,
  groupId: string,
  options: JoinOptions = {},
): Promise<{ readonly client: RawClient; readonly joined: Joined }> {
  const member = await join(bench, groupId, options)
  const { memberId } = member.joined
  await sendSync(member.client, groupId, member.joined, { [memberId]: 'everything' })
  return member
}

/** Ends a membership, so that the next fact finds a quiet broker. */
export async function leave(client: RawClient, groupId: string, memberId: string): Promise<void> {
  await client.send(leaveGroup, 4, { groupId, members: [{ memberId }] })
}
