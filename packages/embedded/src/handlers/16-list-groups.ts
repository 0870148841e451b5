import { listGroups } from '@headwater/protocol'
import { defineHandler, type Handler } from './handler.ts'

/**
 * Behaviour: the groups that this broker coordinates. All of them are "classic".
 *
 * Versions: 0 to 5; v4 filters by state, v5 by type.
 */
export const listGroupsHandler: Handler<typeof listGroups> = defineHandler({
  api: listGroups,
  versions: [0, 5],
  handle(request, { groups, broker, forbidden }) {
    const states = request.statesFilter.map((state) => state.toLowerCase())
    const types = request.typesFilter.map((type) => type.toLowerCase())
    return {
      errorCode: 0,
      groups: groups.groups
        .filter(({ id }) => groups.coordinatorError(id, broker) === 0 && forbidden('group', id) === 0)
        .filter(({ state }) => states.length === 0 || states.includes(state.toLowerCase()))
        .filter(() => types.length === 0 || types.includes('classic'))
        .map(({ id, protocolType, state }) => ({
          groupId: id,
          protocolType: protocolType ?? '',
          groupState: state,
          groupType: 'classic',
        })),
    }
  },
  fail: (_request, code) => ({ errorCode: code, groups: [] }),
})
