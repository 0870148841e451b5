import { defineApi } from '../wire/api.ts'
import { optional, since, tagged, until } from '../wire/field.ts'
import {
  array,
  int16,
  int32,
  int64,
  int8,
  nullableArray,
  nullableBytes,
  nullableString,
  string,
  uuid,
} from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'
import { leaderIdAndEpoch, noLeader, nodeEndpoint } from './new-leader.ts'

/**
 * Reads batches. v7 has sessions (KIP-227), v12 is flexible, v13 uses topic ids (KIP-516), v16 names new
 * leaders (KIP-951).
 */
export const fetch = defineApi({
  key: 1,
  name: 'Fetch',
  versions: [4, 18],
  flexibleFrom: 12,
  request: {
    clusterId: tagged(0, since(12, nullableString)),
    replicaId: until(14, int32, -1),
    replicaState: tagged(
      1,
      since(15, struct({ replicaId: optional(int32, -1), replicaEpoch: optional(int64, -1n) }), {
        replicaId: -1,
        replicaEpoch: -1n,
      }),
    ),
    maxWaitMs: int32,
    minBytes: int32,
    maxBytes: optional(int32, 0x7fffffff),
    isolationLevel: optional(int8),
    sessionId: since(7, int32),
    sessionEpoch: since(7, int32, -1),
    topics: array(
      struct({
        topic: until(12, string),
        topicId: since(13, uuid),
        partitions: array(
          struct({
            partition: int32,
            currentLeaderEpoch: since(9, int32, -1),
            fetchOffset: int64,
            lastFetchedEpoch: since(12, int32, -1),
            logStartOffset: since(5, int64, -1n),
            partitionMaxBytes: int32,
            replicaDirectoryId: tagged(0, since(17, uuid)),
            highWatermark: tagged(1, since(18, int64, 9223372036854775807n)),
          }),
        ),
      }),
    ),
    forgottenTopicsData: since(
      7,
      array(struct({ topic: until(12, string), topicId: since(13, uuid), partitions: array(int32) })),
    ),
    rackId: since(11, string),
  },
  response: {
    throttleTimeMs: optional(int32),
    errorCode: since(7, int16),
    sessionId: since(7, int32),
    responses: array(
      struct({
        topic: until(12, string),
        topicId: since(13, uuid),
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            highWatermark: int64,
            lastStableOffset: optional(int64, -1n),
            logStartOffset: since(5, int64, -1n),
            divergingEpoch: tagged(
              0,
              since(12, struct({ epoch: optional(int32, -1), endOffset: optional(int64, -1n) }), {
                epoch: -1,
                endOffset: -1n,
              }),
            ),
            currentLeader: tagged(1, since(12, leaderIdAndEpoch, noLeader)),
            snapshotId: tagged(
              2,
              since(12, struct({ endOffset: optional(int64, -1n), epoch: optional(int32, -1) }), {
                endOffset: -1n,
                epoch: -1,
              }),
            ),
            abortedTransactions: nullableArray(struct({ producerId: int64, firstOffset: int64 })),
            preferredReadReplica: since(11, int32, -1),
            records: nullableBytes,
          }),
        ),
      }),
    ),
    nodeEndpoints: tagged(0, since(16, array(nodeEndpoint))),
  },
})
