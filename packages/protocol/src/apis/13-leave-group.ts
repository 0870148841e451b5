import { defineApi } from '../wire/api.ts'
import { optional, since, until } from '../wire/field.ts'
import { array, int16, int32, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Leaves a group: one member up to v2, several from v3 on (KIP-345). */
export const leaveGroup = defineApi({
  key: 13,
  name: 'LeaveGroup',
  versions: [0, 5],
  flexibleFrom: 4,
  request: {
    groupId: string,
    memberId: until(2, string),
    members: since(
      3,
      array(
        struct({
          memberId: string,
          groupInstanceId: optional(nullableString),
          reason: since(5, nullableString),
        }),
      ),
    ),
  },
  response: {
    throttleTimeMs: since(1, int32),
    errorCode: int16,
    members: since(3, array(struct({ memberId: string, groupInstanceId: nullableString, errorCode: int16 }))),
  },
})
