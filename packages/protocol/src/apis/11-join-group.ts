import { defineApi } from '../wire/api.ts'
import { nullFrom, optional, since } from '../wire/field.ts'
import { array, boolean, bytes, int16, int32, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/**
 * Enters a consumer group; answered when the rebalance is complete. From v4 on a first join is answered
 * with a member id (KIP-394), v5 has static members (KIP-345).
 */
export const joinGroup = defineApi({
  key: 11,
  name: 'JoinGroup',
  versions: [0, 9],
  flexibleFrom: 6,
  request: {
    groupId: string,
    sessionTimeoutMs: int32,
    rebalanceTimeoutMs: since(1, int32, -1),
    memberId: string,
    groupInstanceId: since(5, nullableString),
    protocolType: string,
    protocols: array(struct({ name: string, metadata: bytes })),
    reason: since(8, nullableString),
  },
  response: {
    throttleTimeMs: since(2, int32),
    errorCode: int16,
    generationId: optional(int32, -1),
    protocolType: since(7, nullableString),
    protocolName: nullFrom(7, nullableString),
    leader: string,
    skipAssignment: since(9, boolean),
    memberId: string,
    members: array(struct({ memberId: string, groupInstanceId: since(5, nullableString), metadata: bytes })),
  },
})
