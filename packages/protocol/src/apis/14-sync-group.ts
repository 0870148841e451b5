import { defineApi } from '../wire/api.ts'
import { since } from '../wire/field.ts'
import { array, bytes, int16, int32, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Hands the leader's assignments to the members of a group. */
export const syncGroup = defineApi({
  key: 14,
  name: 'SyncGroup',
  versions: [0, 5],
  flexibleFrom: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(3, nullableString),
    protocolType: since(5, nullableString),
    protocolName: since(5, nullableString),
    assignments: array(struct({ memberId: string, assignment: bytes })),
  },
  response: {
    throttleTimeMs: since(1, int32),
    errorCode: int16,
    protocolType: since(5, nullableString),
    protocolName: since(5, nullableString),
    assignment: bytes,
  },
})
