import { defineApi } from '../wire/api.ts'
import { optional } from '../wire/field.ts'
import { array, int16, int32, nullableArray, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Replicas that are on the move (KIP-455). */
export const listPartitionReassignments = defineApi({
  key: 46,
  name: 'ListPartitionReassignments',
  versions: [0, 0],
  flexibleFrom: 0,
  request: {
    timeoutMs: optional(int32, 60000),
    topics: optional(nullableArray(struct({ name: string, partitionIndexes: array(int32) }))),
  },
  response: {
    throttleTimeMs: optional(int32),
    errorCode: int16,
    errorMessage: nullableString,
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            replicas: array(int32),
            addingReplicas: array(int32),
            removingReplicas: array(int32),
          }),
        ),
      }),
    ),
  },
})
