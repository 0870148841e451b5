import { defineApi } from '../wire/api.ts'
import { optional } from '../wire/field.ts'
import { array, int16, int32, int64, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/**
 * The producers that a partition remembers, with their epochs, sequences and open transactions (KIP-664).
 */
export const describeProducers = defineApi({
  key: 61,
  name: 'DescribeProducers',
  versions: [0, 0],
  flexibleFrom: 0,
  request: {
    topics: array(struct({ name: string, partitionIndexes: array(int32) })),
  },
  response: {
    throttleTimeMs: optional(int32),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            errorMessage: optional(nullableString),
            activeProducers: array(
              struct({
                producerId: int64,
                producerEpoch: int32,
                lastSequence: optional(int32, -1),
                lastTimestamp: optional(int64, -1n),
                coordinatorEpoch: int32,
                currentTxnStartOffset: optional(int64, -1n),
              }),
            ),
          }),
        ),
      }),
    ),
  },
})
