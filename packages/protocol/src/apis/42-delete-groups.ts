import { defineApi } from '../wire/api.ts'
import { optional } from '../wire/field.ts'
import { array, int16, int32, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Deletes empty groups with their offsets (KIP-229). */
export const deleteGroups = defineApi({
  key: 42,
  name: 'DeleteGroups',
  versions: [0, 2],
  flexibleFrom: 2,
  request: {
    groupsNames: array(string),
  },
  response: {
    throttleTimeMs: optional(int32),
    results: array(struct({ groupId: string, errorCode: int16 })),
  },
})
