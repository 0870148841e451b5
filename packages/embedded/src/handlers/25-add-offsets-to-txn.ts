import { addOffsetsToTxn } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import { fencingCode } from '../transactions/fencing-code.ts'
import { defineHandler, type Handler } from './handler.ts'

const fencedSince = 2

/**
 * Behaviour: adds the group's partition of `__consumer_offsets` to the transaction.
 *
 * Versions: 0 to 4; v2 knows PRODUCER_FENCED.
 */
export const addOffsetsToTxnHandler: Handler<typeof addOffsetsToTxn> = defineHandler({
  api: addOffsetsToTxn,
  versions: [0, 4],
  handle(request, { transactions, groups, broker, version }) {
    const { transactionalId, groupId } = request
    try {
      transactions.assertCoordinator(transactionalId, broker)
      const partition = { topic: groups.topic.name, partition: groups.topic.partitionOf(groupId) }
      transactions.addPartitions(transactionalId, request, [partition])
      return { errorCode: 0 }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { errorCode: fencingCode(error, version, fencedSince) }
    }
  },
  groups: ({ groupId }) => [groupId],
  fail: (_request, code) => ({ errorCode: code }),
  transactionalIds: ({ transactionalId }) => [transactionalId],
})
