import { errorCode, syncGroup } from '@headwater/protocol'
import { failedSync } from '../groups/group-results.ts'
import { defineHandler, type Handler } from './handler.ts'

const protocolSince = 5

/**
 * Behaviour: members wait until the leader's request brings the assignments; these are bytes to the broker.
 *
 * Versions: 0 to 5; v3 static members, v5 wants the protocol named, and compares it.
 */
export const syncGroupHandler: Handler<typeof syncGroup> = defineHandler({
  api: syncGroup,
  versions: [0, 5],
  handle(request, { groups, broker, version }) {
    const misplaced = groups.coordinatorError(request.groupId, broker)
    if (misplaced !== 0) return failedSync(misplaced)
    const isSilent = request.protocolType === null || request.protocolName === null
    if (version >= protocolSince && isSilent) return failedSync(errorCode.INCONSISTENT_GROUP_PROTOCOL)
    const group = groups.group(request.groupId)
    if (group === undefined) return failedSync(errorCode.UNKNOWN_MEMBER_ID)
    return group.sync(
      request.memberId,
      request.groupInstanceId,
      request.generationId,
      { type: request.protocolType, name: request.protocolName },
      new Map(request.assignments.map(({ memberId, assignment }) => [memberId, assignment])),
    )
  },
  groups: ({ groupId }) => [groupId],
  fail: (_request, code) => failedSync(code),
})
