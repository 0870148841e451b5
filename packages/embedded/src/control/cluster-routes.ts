import type { PartitionControl } from '../cluster/partition-control.ts'
import type { BrokerControl } from '../embedded-kafka.ts'
import { done, ok, pathNumber, type ControlHandler, type ControlRoutes } from './control-handler.ts'
import { fields, list, optional, text, texts, whole } from './shape.ts'

const int32 = 2 ** 31 - 1
const partitions = whole(1, 10_000)
const newTopic = fields({
  name: text,
  partitions: optional(partitions),
  replicationFactor: optional(whole(1, 100)),
  config: optional(texts),
})
const newBroker = fields({ broker: whole(1, int32) })
const newCount = fields({ partitions })
const newInSync = fields({ brokers: list(whole(1, int32), 100) })
const newStart = fields({ offset: whole(0, Number.MAX_SAFE_INTEGER) })
const network = fields({
  latencyMs: optional(whole(0, 3_600_000)),
  jitterMs: optional(whole(0, 3_600_000)),
  seed: optional(whole(0, 2 ** 32 - 1)),
  bytesPerSecond: optional(whole(1, int32)),
  sliceBytes: optional(whole(1, int32)),
})

/** Brokers, the controller, topics and partitions. */
export const clusterRoutes: ControlRoutes = {
  'GET /brokers/:id': onBroker(() => undefined),
  'POST /brokers/:id/stop': onBroker((broker) => broker.stop()),
  'POST /brokers/:id/start': onBroker((broker) => broker.start()),
  'POST /brokers/:id/freeze': onBroker((broker) => broker.freeze()),
  'POST /brokers/:id/thaw': onBroker((broker) => broker.thaw()),
  'POST /brokers/:id/stale-metadata': onBroker((broker) => broker.staleMetadata()),
  'POST /brokers/:id/fresh-metadata': onBroker((broker) => broker.freshMetadata()),
  'POST /brokers/:id/network': onBroker((broker, body) => broker.network(network(body ?? {}, ''))),
  'POST /controller': ({ kafka, body }) => {
    kafka.moveController(newBroker(body, '').broker)
    return done
  },
  'POST /topics': ({ kafka, body }) => {
    const { name, ...options } = newTopic(body, '')
    kafka.createTopic(name, options)
    return { status: 201, body: { name } }
  },
  'DELETE /topics/:topic': ({ kafka, params }) => {
    kafka.deleteTopic(params['topic']!)
    return done
  },
  'POST /topics/:topic/partitions': ({ kafka, params, body }) => {
    kafka.growTopic(params['topic']!, newCount(body, '').partitions)
    return done
  },
  'GET /partitions/:topic/:index': onPartition(() => undefined),
  'POST /partitions/:topic/:index/leader': onPartition((partition, body) =>
    partition.moveLeader(newBroker(body, '').broker),
  ),
  'POST /partitions/:topic/:index/leaderless': onPartition((partition) => partition.leaderless()),
  'POST /partitions/:topic/:index/in-sync': onPartition((partition, body) =>
    partition.shrinkIsr(newInSync(body, '').brokers),
  ),
  'POST /partitions/:topic/:index/start': onPartition((partition, body) =>
    partition.setLogStart(newStart(body, '').offset),
  ),
}

/** Does something to the broker in the path, and answers with what it is then. */
function onBroker(act: (broker: BrokerControl, body: unknown) => void | Promise<void>): ControlHandler {
  return async ({ kafka, params, body }) => {
    const broker = kafka.broker(pathNumber(params, 'id'))
    await act(broker, body)
    const { id, host, port, running } = broker
    return ok({ id, host, port, running })
  }
}

/** The same for a partition. Offsets are texts: they may be larger than a JSON number can be. */
function onPartition(act: (partition: PartitionControl, body: unknown) => void): ControlHandler {
  return ({ kafka, params, body }) => {
    const partition = kafka.partition(params['topic']!, pathNumber(params, 'index'))
    act(partition, body)
    const { topic, index, replicas, leader, leaderEpoch, inSync } = partition
    const { startOffset, endOffset, lastStableOffset } = partition
    const offsets = {
      startOffset: String(startOffset),
      endOffset: String(endOffset),
      lastStableOffset: String(lastStableOffset),
    }
    return ok({ topic, index, replicas, leader, leaderEpoch, inSync, ...offsets })
  }
}
