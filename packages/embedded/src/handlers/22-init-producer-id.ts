import { initProducerId, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import { fencingCode } from '../transactions/fencing-code.ts'
import type { ProducerIdentity } from '../transactions/transaction.ts'
import { defineHandler, type Handler } from './handler.ts'

const fencedSince = 4

/**
 * Behaviour: without a transactional id every call gives a new producer id with epoch 0. With one it gives the next
 * epoch, which fences the producer before; a transaction that is open is aborted first, and the producer is told to
 * ask again.
 *
 * Versions: 0 to 5; v3 takes the epoch that the producer has (KIP-360), v4 knows PRODUCER_FENCED.
 */
export const initProducerIdHandler: Handler<typeof initProducerId> = defineHandler({
  api: initProducerId,
  versions: [0, 5],
  handle(request, { cluster, transactions, broker, version }) {
    const { transactionalId, transactionTimeoutMs } = request
    try {
      const expected = expectedOf(request)
      if (transactionalId === null) {
        return { errorCode: 0, producerId: cluster.takeProducerId(), producerEpoch: 0 }
      }
      transactions.assertCoordinator(transactionalId, broker)
      const { producerId, producerEpoch } = transactions.initProducerId(
        transactionalId,
        transactionTimeoutMs,
        expected,
      )
      return { errorCode: 0, producerId, producerEpoch }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return failed(fencingCode(error, version, fencedSince))
    }
  },
  fail: (_request, code) => failed(code),
  transactionalIds: ({ transactionalId }) => [transactionalId],
})

/** What the producer says it has; nothing where it has none yet. */
function expectedOf({
  producerId,
  producerEpoch,
}: RequestOf<typeof initProducerId>): ProducerIdentity | undefined {
  if (producerId === -1n && producerEpoch === -1) return undefined
  if (producerId !== -1n && producerEpoch !== -1) return { producerId, producerEpoch }
  throw new Refusal('INVALID_REQUEST', 'a producer id goes with an epoch')
}

function failed(code: number): ResponseInputOf<typeof initProducerId> {
  return { errorCode: code, producerId: -1n, producerEpoch: -1 }
}
