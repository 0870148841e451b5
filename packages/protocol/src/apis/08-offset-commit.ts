import { defineApi } from '../wire/api.ts'
import { optional, since, until } from '../wire/field.ts'
import { array, int16, int32, int64, nullableString, string, uuid } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Stores how far a group has read. v10 uses topic ids (KIP-848). */
export const offsetCommit = defineApi({
  key: 8,
  name: 'OffsetCommit',
  versions: [2, 10],
  flexibleFrom: 8,
  request: {
    groupId: string,
    generationIdOrMemberEpoch: optional(int32, -1),
    memberId: string,
    groupInstanceId: since(7, nullableString),
    retentionTimeMs: until(4, int64, -1n),
    topics: array(
      struct({
        name: until(9, string),
        topicId: since(10, uuid),
        partitions: array(
          struct({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: since(6, int32, -1),
            committedMetadata: nullableString,
          }),
        ),
      }),
    ),
  },
  response: {
    throttleTimeMs: since(3, int32),
    topics: array(
      struct({
        name: until(9, string),
        topicId: since(10, uuid),
        partitions: array(struct({ partitionIndex: int32, errorCode: int16 })),
      }),
    ),
  },
})
