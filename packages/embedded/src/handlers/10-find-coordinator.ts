import { errorCode, findCoordinator, kafkaError, type ResponseInputOf } from '@headwater/protocol'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Coordinator = NonNullable<ResponseInputOf<typeof findCoordinator>['coordinators']>[number]

const keysSince = 4
/** Key types: 0 a group, 1 a transactional id. */
const groupKey = 0

/**
 * Behaviour: the leader of the group's partition of `__consumer_offsets`, which is made on first use. Transactional ids
 * have no coordinator yet, see UNSUPPORTED.md.
 *
 * Versions: 0 to 6; v4 takes several keys.
 */
export const findCoordinatorHandler: Handler<typeof findCoordinator> = defineHandler({
  api: findCoordinator,
  versions: [0, 6],
  handle(request, context) {
    const keys = context.version >= keysSince ? request.coordinatorKeys : [request.key]
    return respond(
      keys.map((key) => find(key, request.keyType, context)),
      context.version,
    )
  },
  fail: (request, code, { version }) =>
    respond(
      (version >= keysSince ? request.coordinatorKeys : [request.key]).map((key) => failed(key, code)),
      version,
    ),
})

function find(key: string, keyType: number, { cluster, groups }: RequestContext): Coordinator {
  if (keyType !== groupKey) {
    return failed(
      key,
      keyType === 1 ? errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED : errorCode.INVALID_REQUEST,
    )
  }
  const node = cluster.node(groups.topic.findCoordinator(key))
  if (node === undefined) return failed(key, errorCode.COORDINATOR_NOT_AVAILABLE)
  return { key, nodeId: node.id, host: node.host, port: node.port, errorCode: 0, errorMessage: null }
}

function failed(key: string, code: number): Coordinator {
  return { key, nodeId: -1, host: '', port: -1, errorCode: code, errorMessage: kafkaError(code).message }
}

function respond(
  coordinators: readonly Coordinator[],
  version: number,
): ResponseInputOf<typeof findCoordinator> {
  const [only] = coordinators
  if (version >= keysSince || only === undefined) return { coordinators }
  const { key: _key, ...one } = only
  return one
}
