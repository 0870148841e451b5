import { defineApi } from '../wire/api.ts'
import { optional, since } from '../wire/field.ts'
import { boolean, int16, int32, int64, string } from '../wire/primitives.ts'

/** Commits or aborts a transaction (KIP-98). v5 bumps the epoch and gives it back (KIP-890). */
export const endTxn = defineApi({
  key: 26,
  name: 'EndTxn',
  versions: [0, 5],
  flexibleFrom: 3,
  request: {
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    committed: boolean,
  },
  response: {
    throttleTimeMs: optional(int32),
    errorCode: int16,
    producerId: since(5, int64, -1n),
    producerEpoch: since(5, int16, -1),
  },
})
