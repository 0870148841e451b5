import {
  errorCode,
  txnOffsetCommit,
  type KafkaErrorName,
  type RequestOf,
  type ResponseInputOf,
} from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import type { Group } from '../groups/group.ts'
import { admitPartition } from '../transactions/admit-partition.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Request = RequestOf<typeof txnOffsetCommit>
type Asked = Request['topics'][number]['partitions'][number]

/** From which version on the request knows KIP-890. */
const knows = { abortableSince: 4, addsSince: 5 }

/** The group coordinator has words of its own for what a log answers (`GroupCoordinatorService`). */
const translated: Partial<Record<KafkaErrorName, KafkaErrorName>> = {
  NOT_ENOUGH_REPLICAS: 'COORDINATOR_NOT_AVAILABLE',
}

/**
 * Behaviour: keeps offsets until the producer's transaction ends; the group's partition of `__consumer_offsets` must
 * take part in it. Who says of which generation it is, is fenced like a member (KIP-447).
 *
 * Versions: 0 to 5; v3 members and generations, v4 TRANSACTION_ABORTABLE, v5 takes the group in by itself.
 */
export const txnOffsetCommitHandler: Handler<typeof txnOffsetCommit> = defineHandler({
  api: txnOffsetCommit,
  versions: [0, 5],
  handle(request, context) {
    const { cluster, injected } = context
    const wrong = (topic: string, { partitionIndex }: Asked): number => {
      const missing = cluster.partition(topic, partitionIndex) === undefined
      return injected.refuse(topic, partitionIndex) || (missing ? errorCode.UNKNOWN_TOPIC_OR_PARTITION : 0)
    }
    const everyOne = request.topics.flatMap(({ name, partitions }) =>
      partitions.map((asked) => wrong(name, asked)),
    )
    // Kafka asks the coordinator for those partitions only that are there.
    const group = everyOne.includes(0) ? groupFor(request, context) : errorCode.NONE
    return respond(request, (topic, asked) => {
      const refused = wrong(topic, asked)
      if (refused !== 0) return refused
      return typeof group === 'number' ? group : commit(group, request, topic, asked, context)
    })
  },
  groups: ({ groupId }) => [groupId],
  fail: (request, code) => respond(request, () => code),
  *targets(request) {
    for (const { name, partitions } of request.topics) {
      for (const { partitionIndex } of partitions) yield { topic: name, partition: partitionIndex }
    }
  },
  transactionalIds: ({ transactionalId }) => [transactionalId],
})

/** The group, or the code with which everything is refused. */
function groupFor(
  request: Request,
  { groups, transactions, cluster, broker, version }: RequestContext,
): Group | number {
  const { groupId, transactionalId, producerId, producerEpoch } = request
  const misplaced = groups.coordinatorError(groupId, broker)
  if (misplaced !== 0) return misplaced
  const open = groups.isInTransaction(groupId, producerId, producerEpoch)
  if (!open && cluster.config['transaction.partition.verification.enable']) {
    const partition = { topic: groups.topic.name, partition: groups.topic.partitionOf(groupId) }
    try {
      admitPartition(transactions, { transactionalId, producer: request, partition, version }, knows)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return errorCode[translated[error.code] ?? error.code]
    }
  }
  const { generationId, memberId, groupInstanceId } = request
  const known = groups.group(groupId)
  if (known === undefined && generationId >= 0) return errorCode.ILLEGAL_GENERATION
  const group = known ?? groups.groupOrNew(groupId)
  const code = group.transactionalCommitError(memberId, groupInstanceId, generationId)
  if (code === 0) groups.openTransaction(groupId, producerId, producerEpoch)
  return code === 0 ? group : code
}

function commit(
  { offsets }: Group,
  { producerId }: Request,
  topic: string,
  asked: Asked,
  { cluster, injected }: RequestContext,
): number {
  const { partitionIndex, committedOffset: offset, committedLeaderEpoch: leaderEpoch } = asked
  const metadata = asked.committedMetadata ?? ''
  if (Buffer.byteLength(metadata) > cluster.config['offset.metadata.max.bytes'])
    return errorCode.OFFSET_METADATA_TOO_LARGE
  offsets.commitInTransaction(producerId, topic, partitionIndex, { offset, leaderEpoch, metadata })
  return injected.amend(topic, partitionIndex)
}

function respond(
  request: Request,
  codeOf: (topic: string, asked: Asked) => number,
): ResponseInputOf<typeof txnOffsetCommit> {
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((asked) => ({
        partitionIndex: asked.partitionIndex,
        errorCode: codeOf(name, asked),
      })),
    })),
  }
}
