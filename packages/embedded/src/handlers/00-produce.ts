import {
  batchAttribute,
  batchField,
  batchHeaderBytes,
  errorCode,
  produce,
  type RequestOf,
  type ResponseInputOf,
} from '@headwater/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { Partition } from '../cluster/partition.ts'
import { Refusal } from '../cluster/refusal.ts'
import type { Topic } from '../cluster/topic.ts'
import { checkBatch, takeBatch, type CheckedBatch } from '../log/check-batch.ts'
import { RequestFailed } from '../network/request-failed.ts'
import { admitPartition } from '../transactions/admit-partition.ts'
import { currentLeaderOf, endpointsOf, findTopic, leaderError, unknownTopicCode } from './leader-of.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Request = RequestOf<typeof produce>
type TopicData = RequestOf<typeof produce>['topicData'][number]
type TopicResponse = ResponseInputOf<typeof produce>['responses'][number]
type PartitionResponse = TopicResponse['partitionResponses'][number]

const topicIdsSince = 13
const leadersSince = 10
/** From which version on the request knows KIP-890. */
const knows = { abortableSince: 11, addsSince: 12 }

/** What one partition's records came to, before it is put into words. */
interface Outcome {
  readonly response: PartitionResponse
  /** The partition whose leader the client should know. */
  readonly moved?: Partition | undefined
}

/**
 * Behaviour: checks and appends each partition's batch for itself. acks 1 and all answer at once, since replicas
 * share the log; acks all wants `min.insync.replicas` brokers alive. acks 0 has no response; its errors close the
 * connection. A batch of a transaction is appended only if its partition was added to that one (KIP-890).
 *
 * Versions: 3 to 13; 0 to 2 are announced for old librdkafka and refused (KAFKA-18659). v8 record errors, v10 names
 * the new leader, v11 TRANSACTION_ABORTABLE, v12 adds partitions by itself, v13 topic ids.
 */
export const produceHandler: Handler<typeof produce> = defineHandler({
  api: produce,
  versions: [0, 13],
  async handle(request, context) {
    const refused = transactionError(request)
    if (refused !== 0) return request.acks === 0 ? answerWithoutAcks(refused) : refusedAll(request, refused)
    const moved: Partition[] = []
    const responses: TopicResponse[] = []
    for (const data of request.topicData) {
      const topic = findTopic(context.cluster, data.name, data.topicId, context.version >= topicIdsSince)
      const partitionResponses: PartitionResponse[] = []
      for (const entry of data.partitionData) {
        const outcome = await append(request, data, topic, entry, context)
        partitionResponses.push(outcome.response)
        if (outcome.moved !== undefined) moved.push(outcome.moved)
      }
      responses.push({ name: data.name, topicId: data.topicId, partitionResponses })
    }
    if (request.acks === 0) return answerWithoutAcks(firstErrorOf(responses))
    const leaders = moved.map(({ leader }) => leader)
    return moved.length === 0
      ? { responses }
      : { responses, nodeEndpoints: endpointsOf(context.cluster, leaders) }
  },
  fail: refusedAll,
  *targets(request, cluster: Cluster) {
    for (const { name, topicId, partitionData } of request.topicData) {
      const topic = name === '' ? (cluster.topicById(topicId)?.name ?? '') : name
      for (const { index } of partitionData) yield { topic, partition: index }
    }
  },
  transactionalIds: ({ transactionalId }) => [transactionalId],
})

function refusedAll(request: Request, code: number): ResponseInputOf<typeof produce> {
  return {
    responses: request.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => failed(index, code)),
    })),
  }
}

/** Why a request is refused as a whole: its transactional batches belong to nobody, or to more than one producer. */
function transactionError({ transactionalId, topicData }: Request): number {
  const producers = new Set<string>()
  for (const { records } of topicData.flatMap(({ partitionData }) => partitionData)) {
    if (records === null || records.length < batchHeaderBytes) continue
    if ((records.readInt16BE(batchField.attributes) & batchAttribute.transactional) === 0) continue
    if (transactionalId === null) return errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    const epoch = records.readInt16BE(batchField.producerEpoch)
    producers.add(`${records.readBigInt64BE(batchField.producerId)}/${epoch}`)
  }
  return producers.size > 1 ? errorCode.INVALID_PRODUCER_ID_MAPPING : 0
}

async function append(
  { acks, transactionalId }: Request,
  data: TopicData,
  topic: Topic | undefined,
  { index, records }: TopicData['partitionData'][number],
  context: RequestContext,
): Promise<Outcome> {
  const { cluster, broker, version, injected } = context
  const name = topic?.name ?? data.name
  const partition = topic?.partitions[index]
  const refused = injected.refuse(name, index)
  if (refused !== 0) return explained(index, refused, partition, version)
  if (acks < -1 || acks > 1) return { response: failed(index, errorCode.INVALID_REQUIRED_ACKS) }
  if (topic === undefined || partition === undefined) {
    return {
      response: failed(
        index,
        topic ? errorCode.UNKNOWN_TOPIC_OR_PARTITION : unknownTopicCode(version >= topicIdsSince),
      ),
    }
  }
  try {
    let batch = takeBatch(records, version)
    let notLeader = leaderError(partition, broker)
    if (notLeader === 0) {
      assertInTransaction(transactionalId, batch, partition, context)
      assertAppendable(acks, partition, topic)
      batch = await checkBatch(batch, topic.config, cluster.clock.now())
      // A compressed batch takes its time. From here to the append all happens in one turn.
      notLeader = leaderError(partition, broker)
    }
    if (notLeader !== 0) return explained(index, notLeader, partition, version)
    assertInTransaction(transactionalId, batch, partition, context)
    assertAppendable(acks, partition, topic)
    const nowMs = cluster.clock.now()
    const stampMs = topic.config.text('message.timestamp.type') === 'LogAppendTime' ? nowMs : undefined
    const { baseOffset, logAppendTimeMs, duplicate } = partition.log.append(
      batch,
      partition.leaderEpoch,
      nowMs,
      stampMs,
    )
    if (!duplicate) {
      cluster.traffic.appended(batch.header.recordCount, batch.bytes.length)
      cluster.retention.appended(topic, partition, batch.bytes.length)
      partition.changed()
    }
    const amended = injected.amend(name, index)
    if (amended !== 0) return explained(index, amended, partition, version)
    return {
      response: {
        index,
        errorCode: 0,
        baseOffset,
        logAppendTimeMs,
        logStartOffset: partition.log.startOffset,
      },
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { response: { ...failed(index, error.errorCode), ...wording(error) } }
  }
}

/** The first batch of a transaction asks the coordinator; the log knows of the others. */
function assertInTransaction(
  transactionalId: string | null,
  { header }: CheckedBatch,
  { log, topic, index }: Partition,
  { transactions, cluster, version }: RequestContext,
): void {
  const { attributes, producerId, producerEpoch } = header
  if (transactionalId === null || (attributes & batchAttribute.transactional) === 0) return
  if (log.isInTransaction(producerId, producerEpoch)) return
  if (!cluster.config['transaction.partition.verification.enable']) return
  const partition = { topic, partition: index }
  admitPartition(transactions, { transactionalId, producer: header, partition, version }, knows)
}

/** What must hold before the batch is looked into, and still when it is appended. */
function assertAppendable(acks: number, partition: Partition, topic: Topic): void {
  const where = `partition ${partition.topic}-${partition.index}`
  if (partition.deleted) throw new Refusal('UNKNOWN_TOPIC_OR_PARTITION', `There is no ${where} any longer.`)
  // A topic that asks for more replicas than it has means all of them (KAFKA-15583).
  const needed = Math.min(topic.config.number('min.insync.replicas'), partition.replicas.length)
  if (acks === -1 && partition.inSync.length < needed) {
    throw new Refusal(
      'NOT_ENOUGH_REPLICAS',
      `The size of the current ISR : ${partition.inSync.length} is insufficient to satisfy the min.isr requirement of ${needed} for ${where}`,
    )
  }
}

function failed(index: number, code: number): PartitionResponse {
  return { index, errorCode: code, baseOffset: -1n, logAppendTimeMs: -1n, logStartOffset: -1n }
}

/** Who is not the leader says who is. */
function explained(index: number, code: number, partition: Partition | undefined, version: number): Outcome {
  const response = failed(index, code)
  if (code !== errorCode.NOT_LEADER_OR_FOLLOWER || partition === undefined || version < leadersSince)
    return { response }
  return { response: { ...response, currentLeader: currentLeaderOf(partition) }, moved: partition }
}

function wording(refusal: Refusal): Pick<PartitionResponse, 'errorMessage' | 'recordErrors'> {
  return {
    errorMessage: refusal.message,
    recordErrors: refusal.records.map(({ index, message }) => ({
      batchIndex: index,
      batchIndexErrorMessage: message,
    })),
  }
}

/** Nobody reads a response to acks 0, so Kafka tells of an error by hanging up. */
function answerWithoutAcks(code: number): undefined {
  if (code === 0) return undefined
  throw new RequestFailed('ACKS_0_FAILED', `a Produce request with acks 0 failed with error code ${code}`)
}

function firstErrorOf(responses: readonly TopicResponse[]): number {
  const all = responses.flatMap((topic) => topic.partitionResponses.map(({ errorCode: code }) => code))
  return all.find((code) => code !== 0) ?? 0
}
