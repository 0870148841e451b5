import { defineApi } from '../wire/api.ts'
import { optional, since } from '../wire/field.ts'
import { int16, int32, int64, nullableString } from '../wire/primitives.ts'

/**
 * Gives a producer its id and epoch (KIP-98), or bumps the epoch (v3, KIP-360). v6 (two-phase commit,
 * KIP-939) is not stable in Kafka 4.3 and not here.
 */
export const initProducerId = defineApi({
  key: 22,
  name: 'InitProducerId',
  versions: [0, 5],
  flexibleFrom: 2,
  request: {
    transactionalId: nullableString,
    transactionTimeoutMs: int32,
    producerId: since(3, int64, -1n),
    producerEpoch: since(3, int16, -1),
  },
  response: {
    throttleTimeMs: optional(int32),
    errorCode: int16,
    producerId: optional(int64, -1n),
    producerEpoch: int16,
  },
})
