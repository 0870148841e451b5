import { defineApi } from '../wire/api.ts'
import { since } from '../wire/field.ts'
import { int16, int32, nullableString, string } from '../wire/primitives.ts'

/** Says that a member of a group lives, and learns whether a rebalance has begun. */
export const heartbeat = defineApi({
  key: 12,
  name: 'Heartbeat',
  versions: [0, 4],
  flexibleFrom: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(3, nullableString),
  },
  response: {
    throttleTimeMs: since(1, int32),
    errorCode: int16,
  },
})
