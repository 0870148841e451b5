import { defineApi } from '../wire/api.ts'
import { nullFrom, optional, since, until } from '../wire/field.ts'
import {
  array,
  boolean,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  string,
  uuid,
} from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/**
 * How far groups have read: one group up to v7, a list of them from v8 on (KIP-709). v10 uses topic ids
 * (KIP-848).
 */
export const offsetFetch = defineApi({
  key: 9,
  name: 'OffsetFetch',
  versions: [1, 10],
  flexibleFrom: 6,
  request: {
    groupId: until(7, string),
    topics: until(7, nullFrom(2, nullableArray(struct({ name: string, partitionIndexes: array(int32) })))),
    groups: since(
      8,
      array(
        struct({
          groupId: string,
          memberId: since(9, nullableString),
          memberEpoch: since(9, int32, -1),
          topics: nullableArray(
            struct({
              name: until(9, string),
              topicId: since(10, uuid),
              partitionIndexes: array(int32),
            }),
          ),
        }),
      ),
    ),
    requireStable: since(7, boolean),
  },
  response: {
    throttleTimeMs: since(3, int32),
    topics: until(
      7,
      array(
        struct({
          name: string,
          partitions: array(
            struct({
              partitionIndex: int32,
              committedOffset: int64,
              committedLeaderEpoch: since(5, int32, -1),
              metadata: nullableString,
              errorCode: int16,
            }),
          ),
        }),
      ),
    ),
    errorCode: until(7, since(2, int16)),
    groups: since(
      8,
      array(
        struct({
          groupId: string,
          topics: array(
            struct({
              name: until(9, string),
              topicId: since(10, uuid),
              partitions: array(
                struct({
                  partitionIndex: int32,
                  committedOffset: int64,
                  committedLeaderEpoch: optional(int32, -1),
                  metadata: nullableString,
                  errorCode: int16,
                }),
              ),
            }),
          ),
          errorCode: optional(int16),
        }),
      ),
    ),
  },
})
