import { defineApi } from '../wire/api.ts'
import { optional } from '../wire/field.ts'
import { array, int16, int32, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Forgets a group's offsets of single partitions (KIP-496). */
export const offsetDelete = defineApi({
  key: 47,
  name: 'OffsetDelete',
  versions: [0, 0],
  request: {
    groupId: string,
    topics: array(
      struct({
        name: string,
        partitions: array(struct({ partitionIndex: int32 })),
      }),
    ),
  },
  response: {
    errorCode: int16,
    throttleTimeMs: optional(int32),
    topics: array(
      struct({
        name: string,
        partitions: array(struct({ partitionIndex: int32, errorCode: int16 })),
      }),
    ),
  },
})
