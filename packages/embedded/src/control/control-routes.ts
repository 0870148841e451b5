import type { BrokerControl, EmbeddedKafka } from '../embedded-kafka.ts'
import { badRequest } from './control-failure.ts'
import type { OrderedFaults } from './ordered-faults.ts'
import { fields, optional, text, texts, whole, word, type Shape } from './shape.ts'
import { toShownRecord } from './shown-record.ts'

/** What a handler gets to see of a request. */
interface ControlRequest {
  readonly kafka: EmbeddedKafka
  readonly faults: OrderedFaults
  /** Decoded path segments by the names in the route. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The JSON body; `undefined` for a request without one. */
  readonly body: unknown
}

/** What a handler answers: a body to be written as JSON, none for `undefined`. */
interface ControlAnswer {
  readonly status: 200 | 201 | 204
  readonly body?: unknown
}

/** Answers a request, or throws a `ControlFailure` or an error of the cluster. */
export type ControlHandler = (request: ControlRequest) => ControlAnswer | Promise<ControlAnswer>

const int32 = 2 ** 31 - 1
const newTopic = fields({
  name: text,
  partitions: optional(whole(1, 10_000)),
  replicationFactor: optional(whole(1, 100)),
  config: optional(texts),
})
const newLeader = fields({ broker: whole(1, int32) })
const network = fields({ latencyMs: optional(whole(0, 3_600_000)) })

/** Everything that the control endpoint serves. */
export const controlRoutes: Readonly<Record<string, ControlHandler>> = {
  'GET /': ({ kafka }) =>
    ok({ bootstrapServers: kafka.bootstrapServers, routes: Object.keys(controlRoutes) }),
  'GET /faults': ({ faults }) => ok(faults.all()),
  'POST /faults': ({ faults, body }) => ({ status: 201, body: faults.add(body) }),
  'DELETE /faults': ({ kafka }) => {
    kafka.faults.clear()
    return { status: 204 }
  },
  'GET /faults/:id': ({ faults, params }) => ok(faults.one(number(params, 'id'))),
  'POST /faults/:id/release': ({ faults, params }) => ok(faults.release(number(params, 'id'))),
  'GET /brokers/:id': onBroker(() => undefined),
  'POST /brokers/:id/stop': onBroker((broker) => broker.stop()),
  'POST /brokers/:id/start': onBroker((broker) => broker.start()),
  'POST /brokers/:id/freeze': onBroker((broker) => broker.freeze()),
  'POST /brokers/:id/thaw': onBroker((broker) => broker.thaw()),
  'POST /brokers/:id/network': onBroker((broker, body) => broker.network(network(body ?? {}, ''))),
  'POST /topics': ({ kafka, body }) => {
    const { name, ...options } = newTopic(body, '')
    kafka.createTopic(name, options)
    return { status: 201, body: { name } }
  },
  'GET /partitions/:topic/:index': ({ kafka, params }) =>
    ok(toShownPartition(kafka.partition(params['topic']!, number(params, 'index')))),
  'POST /partitions/:topic/:index/leader': ({ kafka, params, body }) => {
    const partition = kafka.partition(params['topic']!, number(params, 'index'))
    partition.moveLeader(newLeader(body, '').broker)
    return ok(toShownPartition(partition))
  },
  'GET /journal': ({ kafka, query }) => {
    const { api, limit = 1000 } = inQuery(query, { api: optional(text), limit: optional(whole(0, 10_000)) })
    const entries = kafka.journal.entries.filter((entry) => api === undefined || entry.api === api)
    return ok({ entries: limit === 0 ? [] : entries.slice(-limit) })
  },
  'DELETE /journal': ({ kafka }) => {
    kafka.journal.clear()
    return { status: 204 }
  },
  'GET /records/:topic': async ({ kafka, params, query }) => {
    const wanted = inQuery(query, {
      partition: optional(whole(0, int32)),
      isolation: optional(word(['read_committed', 'read_uncommitted'])),
      skip: optional(whole(0, Number.MAX_SAFE_INTEGER)),
      limit: optional(whole(0, 10_000)),
    })
    const { skip = 0, limit = 1000, ...options } = wanted
    const topic = params['topic']!
    // Asked for by name, so that a partition that is not there is an error and not an empty list.
    if (options.partition !== undefined) kafka.partition(topic, options.partition)
    const records = await kafka.records(topic, options)
    return ok({ total: records.length, records: records.slice(skip, skip + limit).map(toShownRecord) })
  },
}

function ok(body: unknown): ControlAnswer {
  return { status: 200, body }
}

/** Does something to the broker in the path, and answers with what it is then. */
function onBroker(act: (broker: BrokerControl, body: unknown) => void | Promise<void>): ControlHandler {
  return async ({ kafka, params, body }) => {
    const broker = kafka.broker(number(params, 'id'))
    await act(broker, body)
    const { id, host, port, running } = broker
    return ok({ id, host, port, running })
  }
}

function toShownPartition(partition: ReturnType<EmbeddedKafka['partition']>): unknown {
  const { topic, index, replicas, leader, leaderEpoch, inSync } = partition
  return { topic, index, replicas, leader, leaderEpoch, inSync }
}

function number(params: Readonly<Record<string, string>>, name: string): number {
  return whole(0, int32)(toNumber(params[name]!), `:${name} in the path`)
}

/** The query as the fields of a body would be; numbers are written as such. */
function inQuery<Fields extends Record<string, unknown>>(
  query: URLSearchParams,
  shapes: { readonly [Name in keyof Fields]: Shape<Fields[Name]> },
): Fields {
  const given: Record<string, unknown> = {}
  for (const [name, value] of query) {
    if (Object.hasOwn(given, name)) throw badRequest(`${name} is given twice in the query`)
    given[name] = toNumber(value)
  }
  return fields<Fields>(shapes)(given, '')
}

function toNumber(value: string): number | string {
  return /^\d{1,15}$/.test(value) ? Number(value) : value
}
