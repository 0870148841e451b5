import { defineApi } from '../wire/api.ts'
import { optional, since, tagged, until } from '../wire/field.ts'
import {
  array,
  int16,
  int32,
  int64,
  nullableBytes,
  nullableString,
  string,
  uuid,
} from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Appends record batches. v9 is flexible, v10 names the new leader in an error (KIP-951), v13 uses topic ids. */
export const produce = defineApi({
  key: 0,
  name: 'Produce',
  versions: [3, 13],
  flexibleFrom: 9,
  request: {
    transactionalId: nullableString,
    acks: int16,
    timeoutMs: int32,
    topicData: array(
      struct({
        name: until(12, string),
        topicId: since(13, uuid),
        partitionData: array(struct({ index: int32, records: nullableBytes })),
      }),
    ),
  },
  response: {
    responses: array(
      struct({
        name: until(12, string),
        topicId: since(13, uuid),
        partitionResponses: array(
          struct({
            index: int32,
            errorCode: int16,
            baseOffset: int64,
            logAppendTimeMs: since(2, int64, -1n),
            logStartOffset: since(5, int64, -1n),
            recordErrors: since(
              8,
              array(struct({ batchIndex: int32, batchIndexErrorMessage: nullableString })),
            ),
            errorMessage: since(8, nullableString),
            currentLeader: tagged(
              0,
              since(10, struct({ leaderId: int32, leaderEpoch: int32 }), { leaderId: -1, leaderEpoch: -1 }),
            ),
          }),
        ),
      }),
    ),
    throttleTimeMs: since(1, int32),
    nodeEndpoints: tagged(
      0,
      since(10, array(struct({ nodeId: int32, host: string, port: int32, rack: optional(nullableString) }))),
    ),
  },
})
