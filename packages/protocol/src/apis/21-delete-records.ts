import { defineApi } from '../wire/api.ts'
import { optional } from '../wire/field.ts'
import { array, int16, int32, int64, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Moves the beginning of partitions forward (KIP-107). */
export const deleteRecords = defineApi({
  key: 21,
  name: 'DeleteRecords',
  versions: [0, 2],
  flexibleFrom: 2,
  request: {
    topics: array(
      struct({
        name: string,
        partitions: array(struct({ partitionIndex: int32, offset: int64 })),
      }),
    ),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: optional(int32),
    topics: array(
      struct({
        name: string,
        partitions: array(struct({ partitionIndex: int32, lowWatermark: int64, errorCode: int16 })),
      }),
    ),
  },
})
