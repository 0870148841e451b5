import { describeGroups, errorCode, type ResponseInputOf } from '@headwater/protocol'
import type { Group } from '../groups/group.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Described = ResponseInputOf<typeof describeGroups>['groups'][number]

const notFoundSince = 6

/**
 * Behaviour: a group that is not there is "Dead"; its name alone is no error before v6.
 *
 * Versions: 0 to 6; v4 instance ids, v6 GROUP_ID_NOT_FOUND.
 */
export const describeGroupsHandler: Handler<typeof describeGroups> = defineHandler({
  api: describeGroups,
  versions: [0, 6],
  handle: (request, context) => ({ groups: request.groups.map((groupId) => describe(groupId, context)) }),
  groups: ({ groups }) => groups,
  fail: (request, code) => ({ groups: request.groups.map((groupId) => dead(groupId, code)) }),
})

function describe(groupId: string, { groups, broker, version, forbidden }: RequestContext): Described {
  const refused = forbidden('group', groupId) || groups.coordinatorError(groupId, broker)
  if (refused !== 0) return dead(groupId, refused)
  const group = groups.group(groupId)
  if (group !== undefined) return described(group)
  if (version < notFoundSince) return dead(groupId, 0)
  return { ...dead(groupId, errorCode.GROUP_ID_NOT_FOUND), errorMessage: `Group ${groupId} not found.` }
}

function described(group: Group): Described {
  const settled = group.state === 'Stable'
  return {
    errorCode: 0,
    groupId: group.id,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: settled ? (group.protocolName ?? '') : '',
    members: group.members.map((member) => ({
      memberId: member.id,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: settled ? member.metadataOf(group.protocolName) : Buffer.alloc(0),
      memberAssignment: settled ? member.assignment : Buffer.alloc(0),
    })),
  }
}

function dead(groupId: string, code: number): Described {
  return { errorCode: code, groupId, groupState: 'Dead', protocolType: '', protocolData: '', members: [] }
}
