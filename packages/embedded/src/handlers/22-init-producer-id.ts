import { errorCode, initProducerId, type ResponseInputOf } from '@headwater/protocol'
import { defineHandler, type Handler } from './handler.ts'

/**
 * Behaviour: without a transactional id every call gives a new producer id with epoch 0. A transactional id is
 * refused: transactions are not served yet, see UNSUPPORTED.md.
 *
 * Versions: 0 to 5.
 */
export const initProducerIdHandler: Handler<typeof initProducerId> = defineHandler({
  api: initProducerId,
  versions: [0, 5],
  handle({ transactionalId }, { cluster }) {
    if (transactionalId === '') return failed(errorCode.INVALID_REQUEST)
    if (transactionalId !== null) return failed(errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    return { errorCode: 0, producerId: cluster.takeProducerId(), producerEpoch: 0 }
  },
  fail: (_request, code) => failed(code),
})

function failed(code: number): ResponseInputOf<typeof initProducerId> {
  return { errorCode: code, producerId: -1n, producerEpoch: -1 }
}
