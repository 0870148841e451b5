import { endTxn } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import { fencingCode } from '../transactions/fencing-code.ts'
import { defineHandler, type Handler } from './handler.ts'

const fencedSince = 2
const raisesSince = 5

/**
 * Behaviour: decides and answers; the markers follow, and until they are written everything else about the
 * transactional id is CONCURRENT_TRANSACTIONS. The same decision again is a success, the opposite one is not.
 *
 * Versions: 0 to 5; v2 knows PRODUCER_FENCED. v5 raises the epoch and gives it back, whichever `transaction.version`
 * is finalised (KIP-890).
 */
export const endTxnHandler: Handler<typeof endTxn> = defineHandler({
  api: endTxn,
  versions: [0, 5],
  handle(request, { transactions, broker, version }) {
    const { transactionalId, committed } = request
    try {
      transactions.assertCoordinator(transactionalId, broker)
      const { producerId, producerEpoch } =
        version >= raisesSince
          ? transactions.endAndRaise(transactionalId, request, committed)
          : transactions.end(transactionalId, request, committed)
      return { errorCode: 0, producerId, producerEpoch }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { errorCode: fencingCode(error, version, fencedSince) }
    }
  },
  fail: (_request, code) => ({ errorCode: code }),
  transactionalIds: ({ transactionalId }) => [transactionalId],
})
