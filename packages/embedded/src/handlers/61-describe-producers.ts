import { describeProducers, errorCode, type ResponseInputOf } from '@headwater/protocol'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Answer = ResponseInputOf<typeof describeProducers>['topics'][number]['partitions'][number]

/**
 * Behaviour: what each replica of a partition remembers of its idempotent producers, followers too; where the
 * transaction begins that is open, and how far its last batch counted (KIP-664).
 *
 * Versions: 0.
 */
export const describeProducersHandler: Handler<typeof describeProducers> = defineHandler({
  api: describeProducers,
  versions: [0, 0],
  handle: ({ topics }, context) => ({
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => answer(name, partitionIndex, context)),
    })),
  }),
  fail: ({ topics }, code) => ({
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => failed(partitionIndex, code)),
    })),
  }),
  *targets({ topics }) {
    for (const { name, partitionIndexes } of topics) {
      for (const partition of partitionIndexes) yield { topic: name, partition }
    }
  },
})

function answer(topic: string, index: number, { cluster, broker, injected }: RequestContext): Answer {
  const ordered = injected.refuse(topic, index) || injected.amend(topic, index)
  if (ordered !== 0) return failed(index, ordered)
  const partition = cluster.partition(topic, index)
  if (partition === undefined) return failed(index, errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  if (!partition.replicas.includes(broker)) return failed(index, errorCode.NOT_LEADER_OR_FOLLOWER)
  return { partitionIndex: index, errorCode: 0, activeProducers: partition.log.activeProducers() }
}

function failed(partitionIndex: number, code: number): Answer {
  return { partitionIndex, errorCode: code, activeProducers: [] }
}
