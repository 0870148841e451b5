import { defineApi } from '../wire/api.ts'
import { optional } from '../wire/field.ts'
import {
  array,
  boolean,
  int16,
  int32,
  nullableArray,
  nullableString,
  string,
  uuid,
} from '../wire/primitives.ts'
import { nullableStruct, struct } from '../wire/struct.ts'
import { operationsNotRequested } from './authorized-operations.ts'

/** Topics and partitions page by page (KIP-966). */
export const describeTopicPartitions = defineApi({
  key: 75,
  name: 'DescribeTopicPartitions',
  versions: [0, 0],
  flexibleFrom: 0,
  request: {
    topics: array(struct({ name: string })),
    responsePartitionLimit: optional(int32, 2000),
    cursor: optional(nullableStruct({ topicName: string, partitionIndex: int32 })),
  },
  response: {
    throttleTimeMs: optional(int32),
    topics: array(
      struct({
        errorCode: int16,
        name: nullableString,
        topicId: uuid,
        isInternal: optional(boolean),
        partitions: array(
          struct({
            errorCode: int16,
            partitionIndex: int32,
            leaderId: int32,
            leaderEpoch: optional(int32, -1),
            replicaNodes: array(int32),
            isrNodes: array(int32),
            eligibleLeaderReplicas: optional(nullableArray(int32)),
            lastKnownElr: optional(nullableArray(int32)),
            offlineReplicas: array(int32),
          }),
        ),
        topicAuthorizedOperations: optional(int32, operationsNotRequested),
      }),
    ),
    nextCursor: optional(nullableStruct({ topicName: string, partitionIndex: int32 })),
  },
})
