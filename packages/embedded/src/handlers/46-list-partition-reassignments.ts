import { listPartitionReassignments } from '@headwater/protocol'
import { defineHandler, type Handler } from './handler.ts'

/**
 * Behaviour: none, since a move is over when AlterPartitionReassignments is answered.
 *
 * Versions: 0.
 */
export const listPartitionReassignmentsHandler: Handler<typeof listPartitionReassignments> = defineHandler({
  api: listPartitionReassignments,
  versions: [0, 0],
  handle: () => ({ errorCode: 0, errorMessage: null, topics: [] }),
  fail: (_request, code) => ({ errorCode: code, errorMessage: null, topics: [] }),
})
