import { defineApi } from '../wire/api.ts'
import { since } from '../wire/field.ts'
import { array, boolean, bytes, int16, int32, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'
import { operationsNotRequested } from './authorized-operations.ts'

/** State and members of groups. */
export const describeGroups = defineApi({
  key: 15,
  name: 'DescribeGroups',
  versions: [0, 6],
  flexibleFrom: 5,
  request: {
    groups: array(string),
    includeAuthorizedOperations: since(3, boolean),
  },
  response: {
    throttleTimeMs: since(1, int32),
    groups: array(
      struct({
        errorCode: int16,
        errorMessage: since(6, nullableString),
        groupId: string,
        groupState: string,
        protocolType: string,
        protocolData: string,
        members: array(
          struct({
            memberId: string,
            groupInstanceId: since(4, nullableString),
            clientId: string,
            clientHost: string,
            memberMetadata: bytes,
            memberAssignment: bytes,
          }),
        ),
        authorizedOperations: since(3, int32, operationsNotRequested),
      }),
    ),
  },
})
