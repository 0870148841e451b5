import { defineApi } from '../wire/api.ts'
import { optional, since, until } from '../wire/field.ts'
import { array, boolean, int16, int32, int64, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/**
 * Adds partitions to a transaction (KIP-98): of one producer up to v3, of several, which brokers use, from
 * v4 on (KIP-890).
 */
export const addPartitionsToTxn = defineApi({
  key: 24,
  name: 'AddPartitionsToTxn',
  versions: [0, 5],
  flexibleFrom: 3,
  request: {
    transactions: since(
      4,
      array(
        struct({
          transactionalId: string,
          producerId: int64,
          producerEpoch: int16,
          verifyOnly: optional(boolean),
          topics: array(struct({ name: string, partitions: array(int32) })),
        }),
      ),
    ),
    v3AndBelowTransactionalId: until(3, string),
    v3AndBelowProducerId: until(3, int64),
    v3AndBelowProducerEpoch: until(3, int16),
    v3AndBelowTopics: until(3, array(struct({ name: string, partitions: array(int32) }))),
  },
  response: {
    throttleTimeMs: optional(int32),
    errorCode: since(4, int16),
    resultsByTransaction: since(
      4,
      array(
        struct({
          transactionalId: string,
          topicResults: array(
            struct({
              name: string,
              resultsByPartition: array(struct({ partitionIndex: int32, partitionErrorCode: int16 })),
            }),
          ),
        }),
      ),
    ),
    resultsByTopicV3AndBelow: until(
      3,
      array(
        struct({
          name: string,
          resultsByPartition: array(struct({ partitionIndex: int32, partitionErrorCode: int16 })),
        }),
      ),
    ),
  },
})
