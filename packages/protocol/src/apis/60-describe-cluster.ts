import { defineApi } from '../wire/api.ts'
import { optional, since } from '../wire/field.ts'
import { array, boolean, int16, int32, int8, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'
import { operationsNotRequested } from './authorized-operations.ts'

/** Brokers and controller of a cluster (KIP-700). */
export const describeCluster = defineApi({
  key: 60,
  name: 'DescribeCluster',
  versions: [0, 2],
  flexibleFrom: 0,
  request: {
    includeClusterAuthorizedOperations: boolean,
    endpointType: since(1, int8, 1),
    includeFencedBrokers: since(2, boolean),
  },
  response: {
    throttleTimeMs: optional(int32),
    errorCode: int16,
    errorMessage: optional(nullableString),
    endpointType: since(1, int8, 1),
    clusterId: string,
    controllerId: optional(int32, -1),
    brokers: array(
      struct({
        brokerId: int32,
        host: string,
        port: int32,
        rack: optional(nullableString),
        isFenced: since(2, boolean),
      }),
    ),
    clusterAuthorizedOperations: optional(int32, operationsNotRequested),
  },
})
