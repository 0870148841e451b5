import { defineApi } from '../wire/api.ts'
import { optional } from '../wire/field.ts'
import { int16, int32, int64, string } from '../wire/primitives.ts'

/** Adds a group's offsets to a transaction (KIP-98). */
export const addOffsetsToTxn = defineApi({
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: [0, 4],
  flexibleFrom: 3,
  request: {
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    groupId: string,
  },
  response: {
    throttleTimeMs: optional(int32),
    errorCode: int16,
  },
})
