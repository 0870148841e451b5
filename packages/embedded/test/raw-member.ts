import {
  errorCode,
  heartbeat,
  joinGroup,
  leaveGroup,
  offsetCommit,
  syncGroup,
  type ResponseOf,
} from '@headwater/protocol'
import type { RawClient } from './raw-client.ts'

type Joined = ResponseOf<typeof joinGroup>

/** A member of the group "g" with a connection of its own, so that its requests can wait while others go on. */
export class RawMember {
  readonly client: RawClient
  readonly instanceId: string | null
  id = ''
  generation = -1

  constructor(client: RawClient, instanceId: string | null = null) {
    this.client = client
    this.instanceId = instanceId
  }

  async join(protocols: readonly string[] = ['range'], version: number = 5): Promise<Joined> {
    const answer = await this.client.send(joinGroup, version, {
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 30_000,
      memberId: this.id,
      groupInstanceId: this.instanceId,
      protocolType: 'consumer',
      protocols: protocols.map((name) => ({ name, metadata: Buffer.from(`${name} metadata`) })),
    })
    this.id = answer.memberId
    if (answer.errorCode === errorCode.MEMBER_ID_REQUIRED) return this.join(protocols, version)
    this.generation = answer.generationId
    return answer
  }

  sync(assignments: Readonly<Record<string, string>> = {}): Promise<ResponseOf<typeof syncGroup>> {
    return this.client.send(syncGroup, 4, {
      groupId: 'g',
      generationId: this.generation,
      memberId: this.id,
      groupInstanceId: this.instanceId,
      assignments: Object.entries(assignments).map(([memberId, text]) => ({
        memberId,
        assignment: Buffer.from(text),
      })),
    })
  }

  async heartbeat(generationId: number = this.generation): Promise<number> {
    const request = { groupId: 'g', generationId, memberId: this.id, groupInstanceId: this.instanceId }
    return (await this.client.send(heartbeat, 4, request)).errorCode
  }

  async leave(): Promise<number> {
    return (await this.client.send(leaveGroup, 2, { groupId: 'g', memberId: this.id })).errorCode
  }

  async commit(committedOffset: bigint, generation: number = this.generation): Promise<number> {
    const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: 'note' }]
    const answer = await this.client.send(offsetCommit, 7, {
      groupId: 'g',
      generationIdOrMemberEpoch: generation,
      memberId: this.id,
      topics: [{ name: 't', partitions }],
    })
    return answer.topics[0]!.partitions[0]!.errorCode
  }
}
