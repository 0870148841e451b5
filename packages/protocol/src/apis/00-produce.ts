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
import { leaderIdAndEpoch, noLeader, nodeEndpoint } from './new-leader.ts'

/**
 * Appends record batches. v9 is flexible, v10 names the new leader in an error (KIP-951), v13 uses topic
 * ids. Brokers advertise v0 to v2, too, but only for the sake of old librdkafka (KAFKA-18659); they refuse
 * them, so there are no tables for them.
 */
export const produce = defineApi({
  key: 0,
  name: 'Produce',
  versions: [3, 13],
  flexibleFrom: 9,
  request: {
    transactionalId: optional(nullableString),
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
            logAppendTimeMs: optional(int64, -1n),
            logStartOffset: since(5, int64, -1n),
            recordErrors: since(
              8,
              array(struct({ batchIndex: int32, batchIndexErrorMessage: optional(nullableString) })),
            ),
            errorMessage: since(8, nullableString),
            currentLeader: tagged(0, since(10, leaderIdAndEpoch, noLeader)),
          }),
        ),
      }),
    ),
    throttleTimeMs: optional(int32),
    nodeEndpoints: tagged(0, since(10, array(nodeEndpoint))),
  },
})
