import { defineApi } from '../wire/api.ts'
import { optional, since } from '../wire/field.ts'
import { array, boolean, int16, int32, nullableArray, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Moves replicas; null replicas cancel a move (KIP-455). */
export const alterPartitionReassignments = defineApi({
  key: 45,
  name: 'AlterPartitionReassignments',
  versions: [0, 1],
  flexibleFrom: 0,
  request: {
    timeoutMs: optional(int32, 60000),
    allowReplicationFactorChange: since(1, boolean, true),
    topics: array(
      struct({
        name: string,
        partitions: array(struct({ partitionIndex: int32, replicas: optional(nullableArray(int32)) })),
      }),
    ),
  },
  response: {
    throttleTimeMs: optional(int32),
    allowReplicationFactorChange: since(1, boolean, true),
    errorCode: int16,
    errorMessage: nullableString,
    responses: array(
      struct({
        name: string,
        partitions: array(struct({ partitionIndex: int32, errorCode: int16, errorMessage: nullableString })),
      }),
    ),
  },
})
