import {
  errorCode,
  findCoordinator,
  kafkaError,
  type RequestOf,
  type ResponseInputOf,
} from '@headwater/protocol'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Coordinator = NonNullable<ResponseInputOf<typeof findCoordinator>['coordinators']>[number]

const keysSince = 4
const keyType = { group: 0, transactionalId: 1 } as const

/**
 * Behaviour: the leader of the group's partition of `__consumer_offsets`, or of the transactional id's of
 * `__transaction_state`; the topic is made on first use.
 *
 * Versions: 0 to 6; v1 transactional ids, v4 takes several keys.
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
  groups: (request) => (request.keyType === keyType.group ? keysOf(request) : []),
  transactionalIds: (request) => (request.keyType === keyType.transactionalId ? keysOf(request) : []),
  fail: (request, code, { version }) =>
    respond(
      (version >= keysSince ? request.coordinatorKeys : [request.key]).map((key) => failed(key, code)),
      version,
    ),
})

function keysOf({ key, coordinatorKeys }: RequestOf<typeof findCoordinator>): readonly string[] {
  return coordinatorKeys.length > 0 ? coordinatorKeys : [key]
}

function find(
  key: string,
  type: number,
  { cluster, groups, transactions, forbidden }: RequestContext,
): Coordinator {
  if (type !== keyType.group && type !== keyType.transactionalId)
    return failed(key, errorCode.INVALID_REQUEST)
  const refused = forbidden(type === keyType.group ? 'group' : 'transactionalId', key)
  if (refused !== 0) return failed(key, refused)
  const { topic } = type === keyType.group ? groups : transactions
  const node = cluster.node(topic.findCoordinator(key))
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
