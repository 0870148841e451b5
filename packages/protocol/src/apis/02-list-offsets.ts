import { defineApi } from '../wire/api.ts'
import { optional, since } from '../wire/field.ts'
import { array, int16, int32, int64, int8, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/**
 * Finds offsets by time. Special timestamps: -1 latest, -2 earliest, -3 the largest timestamp (v7,
 * KIP-734), -4 earliest local (v8, KIP-405), -5 last tiered (v9, KIP-1005), -6 earliest pending upload
 * (v11, KIP-1023).
 */
export const listOffsets = defineApi({
  key: 2,
  name: 'ListOffsets',
  versions: [1, 11],
  flexibleFrom: 6,
  request: {
    replicaId: int32,
    isolationLevel: since(2, int8),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            currentLeaderEpoch: since(4, int32, -1),
            timestamp: int64,
          }),
        ),
      }),
    ),
    timeoutMs: since(10, int32),
  },
  response: {
    throttleTimeMs: since(2, int32),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            timestamp: optional(int64, -1n),
            offset: optional(int64, -1n),
            leaderEpoch: since(4, int32, -1),
          }),
        ),
      }),
    ),
  },
})
