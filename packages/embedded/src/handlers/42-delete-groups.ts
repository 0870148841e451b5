import { deleteGroups } from '@headwater/protocol'
import { defineHandler, type Handler } from './handler.ts'

/**
 * Behaviour: deletes a group with its offsets, if nobody is in it.
 *
 * Versions: 0 to 2.
 */
export const deleteGroupsHandler: Handler<typeof deleteGroups> = defineHandler({
  api: deleteGroups,
  versions: [0, 2],
  handle: (request, { groups, broker, forbidden }) => ({
    results: request.groupsNames.map((groupId) => ({
      groupId,
      errorCode:
        forbidden('group', groupId) ||
        groups.coordinatorError(groupId, broker) ||
        groups.deleteGroup(groupId),
    })),
  }),
  groups: ({ groupsNames }) => groupsNames,
  fail: (request, code) => ({
    results: request.groupsNames.map((groupId) => ({ groupId, errorCode: code })),
  }),
})
