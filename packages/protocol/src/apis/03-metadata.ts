import { defineApi } from '../wire/api.ts'
import { nullFrom, since, until } from '../wire/field.ts'
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
import { struct } from '../wire/struct.ts'
import { operationsNotRequested } from './authorized-operations.ts'

/**
 * Brokers, topics, partitions and their leaders. A null list of topics asks for all; in v0 the empty list
 * does. v10 has topic ids (KIP-516).
 */
export const metadata = defineApi({
  key: 3,
  name: 'Metadata',
  versions: [0, 13],
  flexibleFrom: 9,
  request: {
    topics: nullFrom(
      1,
      nullableArray(struct({ topicId: since(10, uuid), name: nullFrom(10, nullableString) })),
    ),
    allowAutoTopicCreation: since(4, boolean, true),
    includeClusterAuthorizedOperations: until(10, since(8, boolean)),
    includeTopicAuthorizedOperations: since(8, boolean),
  },
  response: {
    throttleTimeMs: since(3, int32),
    brokers: array(struct({ nodeId: int32, host: string, port: int32, rack: since(1, nullableString) })),
    clusterId: since(2, nullableString),
    controllerId: since(1, int32, -1),
    topics: array(
      struct({
        errorCode: int16,
        name: nullFrom(12, nullableString),
        topicId: since(10, uuid),
        isInternal: since(1, boolean),
        partitions: array(
          struct({
            errorCode: int16,
            partitionIndex: int32,
            leaderId: int32,
            leaderEpoch: since(7, int32, -1),
            replicaNodes: array(int32),
            isrNodes: array(int32),
            offlineReplicas: since(5, array(int32)),
          }),
        ),
        topicAuthorizedOperations: since(8, int32, operationsNotRequested),
      }),
    ),
    clusterAuthorizedOperations: until(10, since(8, int32, operationsNotRequested)),
    errorCode: since(13, int16),
  },
})
