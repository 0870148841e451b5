import { defineApi } from '../wire/api.ts'
import { since } from '../wire/field.ts'
import { boolean, int16, int32, int64, nullableString } from '../wire/primitives.ts'

/** Gives a producer its id and epoch (KIP-98), or bumps the epoch (KIP-360). */
export const initProducerId = defineApi({
  key: 22,
  name: 'InitProducerId',
  versions: [0, 6],
  flexibleFrom: 2,
  request: {
    transactionalId: nullableString,
    transactionTimeoutMs: int32,
    producerId: since(3, int64, -1n),
    producerEpoch: since(3, int16, -1),
    enable2Pc: since(6, boolean),
    keepPreparedTxn: since(6, boolean),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: int64,
    producerEpoch: int16,
    ongoingTxnProducerId: since(6, int64, -1n),
    ongoingTxnProducerEpoch: since(6, int16, -1),
  },
})
