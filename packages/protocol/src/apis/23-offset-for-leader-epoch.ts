import { defineApi } from '../wire/api.ts'
import { optional, since } from '../wire/field.ts'
import { array, int16, int32, int64, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Where a leader epoch ends, by which consumers notice a truncated log (KIP-101, KIP-320). */
export const offsetForLeaderEpoch = defineApi({
  key: 23,
  name: 'OffsetForLeaderEpoch',
  versions: [2, 4],
  flexibleFrom: 4,
  request: {
    replicaId: since(3, int32, -2),
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({ partition: int32, currentLeaderEpoch: optional(int32, -1), leaderEpoch: int32 }),
        ),
      }),
    ),
  },
  response: {
    throttleTimeMs: optional(int32),
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({
            errorCode: int16,
            partition: int32,
            leaderEpoch: optional(int32, -1),
            endOffset: optional(int64, -1n),
          }),
        ),
      }),
    ),
  },
})
