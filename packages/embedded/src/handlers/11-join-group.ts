import { errorCode, joinGroup, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import { failedJoin, type JoinResult } from '../groups/group-results.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

const rebalanceTimeoutSince = 1
const memberIdRequiredSince = 4
const nullProtocolSince = 7
const skipAssignmentSince = 9

/**
 * Behaviour: answers when the rebalance is complete, late, and in the connection's order. A first join of v4 and
 * later is sent back with a member id, but for static members.
 *
 * Versions: 0 to 9; v5 static members, v9 lets a leader that came back skip the assignment.
 */
export const joinGroupHandler: Handler<typeof joinGroup> = defineHandler({
  api: joinGroup,
  versions: [0, 9],
  handle: async (request, context) => toResponse(await join(request, context), context.version),
  groups: ({ groupId }) => [groupId],
  fail: ({ memberId }, code, { version }) => toResponse(failedJoin(code, memberId), version),
})

function toResponse(result: JoinResult, version: number): ResponseInputOf<typeof joinGroup> {
  return version >= nullProtocolSince ? result : { ...result, protocolName: result.protocolName ?? '' }
}

function join(
  request: RequestOf<typeof joinGroup>,
  context: RequestContext,
): JoinResult | Promise<JoinResult> {
  const { cluster, groups, broker, version, clientId, clientHost } = context
  const { groupId, memberId, sessionTimeoutMs } = request
  const misplaced = groups.coordinatorError(groupId, broker)
  if (misplaced !== 0) return failedJoin(misplaced, memberId)
  const shortest = cluster.config['group.min.session.timeout.ms']
  const longest = cluster.config['group.max.session.timeout.ms']
  if (sessionTimeoutMs < shortest || sessionTimeoutMs > longest) {
    return failedJoin(errorCode.INVALID_SESSION_TIMEOUT, memberId)
  }
  if (memberId !== '' && groups.group(groupId) === undefined) {
    return failedJoin(errorCode.UNKNOWN_MEMBER_ID, memberId)
  }
  return groups.groupOrNew(groupId).join({
    memberId,
    instanceId: request.groupInstanceId,
    clientId,
    clientHost,
    sessionTimeoutMs,
    rebalanceTimeoutMs: version >= rebalanceTimeoutSince ? request.rebalanceTimeoutMs : sessionTimeoutMs,
    protocolType: request.protocolType,
    // Copies: the request's frame must not live as long as the member.
    protocols: request.protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) })),
    memberIdRequired: version >= memberIdRequiredSince,
    canSkipAssignment: version >= skipAssignmentSince,
  })
}
