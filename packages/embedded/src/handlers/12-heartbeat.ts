import { errorCode, heartbeat } from '@headwater/protocol'
import { defineHandler, type Handler } from './handler.ts'

/**
 * Behaviour: starts the member's session timeout anew, and tells it when a rebalance has begun.
 *
 * Versions: 0 to 4; v3 static members.
 */
export const heartbeatHandler: Handler<typeof heartbeat> = defineHandler({
  api: heartbeat,
  versions: [0, 4],
  handle({ groupId, memberId, groupInstanceId, generationId }, { groups, broker }) {
    const misplaced = groups.coordinatorError(groupId, broker)
    if (misplaced !== 0) return { errorCode: misplaced }
    const code = groups.group(groupId)?.heartbeat(memberId, groupInstanceId, generationId)
    return { errorCode: code ?? errorCode.UNKNOWN_MEMBER_ID }
  },
  groups: ({ groupId }) => [groupId],
  fail: (_request, code) => ({ errorCode: code }),
})
