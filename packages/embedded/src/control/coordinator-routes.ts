import type { CoordinatorControl } from '../cluster/coordinator-control.ts'
import type { EmbeddedKafka } from '../embedded-kafka.ts'
import { ok, type ControlHandler, type ControlRoutes } from './control-handler.ts'
import { fields, whole } from './shape.ts'

const newBroker = fields({ broker: whole(1, 2 ** 31 - 1) })
const late = fields({ ms: whole(0, 3_600_000) })

/** Who coordinates groups and transactions, and how transactions stand. */
export const coordinatorRoutes: ControlRoutes = {
  'GET /groups/:id': onGroup(() => undefined),
  'POST /groups/:id/coordinator': onGroup(move),
  'POST /groups/:id/unavailable': onGroup((group) => group.unavailable()),
  'GET /transactions/:id': onTransaction(() => undefined),
  'POST /transactions/:id/coordinator': onTransaction(move),
  'POST /transactions/:id/unavailable': onTransaction((transaction) => transaction.unavailable()),
  'POST /transactions/:id/delay-markers': onTransaction((transaction, body) => {
    transaction.delayMarkers(late(body, '').ms)
  }),
}

function move(control: CoordinatorControl, body: unknown): void {
  control.moveCoordinator(newBroker(body, '').broker)
}

function onGroup(act: (group: CoordinatorControl, body: unknown) => void): ControlHandler {
  return ({ kafka, params, body }) => {
    const group = kafka.group(params['id']!)
    act(group, body)
    return ok({ id: params['id'], coordinator: group.coordinator })
  }
}

function onTransaction(
  act: (transaction: ReturnType<EmbeddedKafka['txn']>, body: unknown) => void,
): ControlHandler {
  return ({ kafka, params, body }) => {
    const transaction = kafka.txn(params['id']!)
    act(transaction, body)
    const { id, coordinator, state, producerId, producerEpoch, partitions } = transaction
    return ok({ id, coordinator, state, producerId: String(producerId), producerEpoch, partitions })
  }
}
