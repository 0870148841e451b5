import { defineApi } from '../wire/api.ts'
import { since } from '../wire/field.ts'
import { array, int16, int32, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** The groups that a broker coordinates. */
export const listGroups = defineApi({
  key: 16,
  name: 'ListGroups',
  versions: [0, 5],
  flexibleFrom: 3,
  request: {
    statesFilter: since(4, array(string)),
    typesFilter: since(5, array(string)),
  },
  response: {
    throttleTimeMs: since(1, int32),
    errorCode: int16,
    groups: array(
      struct({
        groupId: string,
        protocolType: string,
        groupState: since(4, string),
        groupType: since(5, string),
      }),
    ),
  },
})
