import { defineApi } from '../wire/api.ts'
import { optional } from '../wire/field.ts'
import { array, boolean, int16, int32, nullableArray, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Gives topics more partitions (KIP-195). */
export const createPartitions = defineApi({
  key: 37,
  name: 'CreatePartitions',
  versions: [0, 3],
  flexibleFrom: 2,
  request: {
    topics: array(
      struct({
        name: string,
        count: int32,
        assignments: nullableArray(struct({ brokerIds: array(int32) })),
      }),
    ),
    timeoutMs: int32,
    validateOnly: boolean,
  },
  response: {
    throttleTimeMs: optional(int32),
    results: array(struct({ name: string, errorCode: int16, errorMessage: optional(nullableString) })),
  },
})
