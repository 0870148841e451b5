import { errorCode, leaveGroup } from '@headwater/protocol'
import { defineHandler, type Handler } from './handler.ts'

const membersSince = 3

/**
 * Behaviour: a member that leaves starts a rebalance; static members may be named by their instance id alone.
 *
 * Versions: 0 to 5; v3 takes several members, each with a code of its own.
 */
export const leaveGroupHandler: Handler<typeof leaveGroup> = defineHandler({
  api: leaveGroup,
  versions: [0, 5],
  handle(request, { groups, broker, version }) {
    const misplaced = groups.coordinatorError(request.groupId, broker)
    if (misplaced !== 0) return { errorCode: misplaced }
    const group = groups.group(request.groupId)
    const leave = (memberId: string, instanceId: string | null): number =>
      group?.leave(memberId, instanceId) ?? errorCode.UNKNOWN_MEMBER_ID
    if (version < membersSince) return { errorCode: leave(request.memberId, null) }
    return {
      errorCode: 0,
      members: request.members.map(({ memberId, groupInstanceId }) => ({
        memberId,
        groupInstanceId,
        errorCode: leave(memberId, groupInstanceId),
      })),
    }
  },
  groups: ({ groupId }) => [groupId],
  fail: (_request, code) => ({ errorCode: code }),
})
