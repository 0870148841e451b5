import { batchAttribute, errorCode, produce, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { Partition } from '../cluster/partition.ts'
import { Refusal } from '../cluster/refusal.ts'
import type { Topic } from '../cluster/topic.ts'
import { checkBatch, takeBatch, type CheckedBatch } from '../log/check-batch.ts'
import { RequestFailed } from '../network/request-failed.ts'
import { currentLeaderOf, endpointsOf, findTopic, leaderError, unknownTopicCode } from './leader-of.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type TopicData = RequestOf<typeof produce>['topicData'][number]
type TopicResponse = ResponseInputOf<typeof produce>['responses'][number]
type PartitionResponse = TopicResponse['partitionResponses'][number]

const topicIdsSince = 13
const leadersSince = 10

/** What one partition's records came to, before it is put into words. */
interface Outcome {
  readonly response: PartitionResponse
  /** The partition whose leader the client should know. */
  readonly moved?: Partition | undefined
}

/**
 * Behaviour: checks and appends each partition's batch for itself. acks 1 and all answer at once, since replicas
 * share the log; acks all wants `min.insync.replicas` brokers alive. acks 0 has no response; its errors close the
 * connection.
 *
 * Versions: 3 to 13; 0 to 2 are announced for old librdkafka and refused (KAFKA-18659). v8 record errors, v10 names
 * the new leader, v13 topic ids.
 */
export const produceHandler: Handler<typeof produce> = defineHandler({
  api: produce,
  versions: [0, 13],
  async handle(request, context) {
    const moved: Partition[] = []
    const responses: TopicResponse[] = []
    for (const data of request.topicData) {
      const topic = findTopic(context.cluster, data.name, data.topicId, context.version >= topicIdsSince)
      const partitionResponses: PartitionResponse[] = []
      for (const entry of data.partitionData) {
        const outcome = await append(request.acks, data, topic, entry, context)
        partitionResponses.push(outcome.response)
        if (outcome.moved !== undefined) moved.push(outcome.moved)
      }
      responses.push({ name: data.name, topicId: data.topicId, partitionResponses })
    }
    if (request.acks === 0) return answerWithoutAcks(responses)
    const leaders = moved.map(({ leader }) => leader)
    return moved.length === 0
      ? { responses }
      : { responses, nodeEndpoints: endpointsOf(context.cluster, leaders) }
  },
  fail: (request, code) => ({
    responses: request.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => failed(index, code)),
    })),
  }),
  *targets(request, cluster: Cluster) {
    for (const { name, topicId, partitionData } of request.topicData) {
      const topic = name === '' ? (cluster.topicById(topicId)?.name ?? '') : name
      for (const { index } of partitionData) yield { topic, partition: index }
    }
  },
})

async function append(
  acks: number,
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
    const batch = takeBatch(records, version)
    let notLeader = leaderError(partition, broker)
    if (notLeader === 0) {
      assertAppendable(acks, batch, partition, topic)
      await checkBatch(batch, topic.config, cluster.clock.now())
      // A compressed batch takes its time. From here to the append all happens in one turn.
      notLeader = leaderError(partition, broker)
    }
    if (notLeader !== 0) return explained(index, notLeader, partition, version)
    assertAppendable(acks, batch, partition, topic)
    const stampMs =
      topic.config.text('message.timestamp.type') === 'LogAppendTime' ? cluster.clock.now() : undefined
    const { baseOffset, logAppendTimeMs, duplicate } = partition.log.append(
      batch,
      partition.leaderEpoch,
      stampMs,
    )
    if (!duplicate) {
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

/** What must hold before the batch is looked into, and still when it is appended. */
function assertAppendable(acks: number, { header }: CheckedBatch, partition: Partition, topic: Topic): void {
  const where = `partition ${partition.topic}-${partition.index}`
  if (partition.deleted) throw new Refusal('UNKNOWN_TOPIC_OR_PARTITION', `There is no ${where} any longer.`)
  if ((header.attributes & batchAttribute.transactional) !== 0) {
    throw new Refusal('INVALID_TXN_STATE', `No transaction has been opened for ${where}.`)
  }
  const needed = topic.config.number('min.insync.replicas')
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
function answerWithoutAcks(responses: readonly TopicResponse[]): undefined {
  const code = responses
    .flatMap((topic) => topic.partitionResponses)
    .find((partition) => partition.errorCode !== 0)
  if (code === undefined) return undefined
  throw new RequestFailed(
    'ACKS_0_FAILED',
    `a Produce request with acks 0 failed with error code ${code.errorCode}`,
  )
}
