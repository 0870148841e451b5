import { createTopics, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import type { NewTopic } from '../cluster/cluster.ts'
import { assertPartitionCount } from '../cluster/replica-assignment.ts'
import type { Topic } from '../cluster/topic.ts'
import { describeTopicConfig } from './config-entries.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Wanted = RequestOf<typeof createTopics>['topics'][number]
type Created = ResponseInputOf<typeof createTopics>['topics'][number]

/**
 * Behaviour: any broker creates topics, as KRaft brokers forward to the controller; the topic is there when the
 * answer is. Each topic succeeds or fails for itself; one that the request names twice fails. All of them fail where they
 * have too many partitions together.
 *
 * Versions: 2 to 7; v5 answers with the configuration, v7 with the topic id.
 */
export const createTopicsHandler: Handler<typeof createTopics> = defineHandler({
  api: createTopics,
  versions: [2, 7],
  handle(request, context) {
    const names = request.topics.map(({ name }) => name)
    const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at))
    const together = request.topics
      .filter(({ name }) => !twice.has(name) && context.injected.refuse(name) === 0)
      .reduce((sum, wanted) => sum + partitionsOf(wanted, context.cluster.config['num.partitions']), 0)
    return {
      topics: request.topics
        .filter(({ name }, at) => names.indexOf(name) === at)
        .map((wanted) => create(wanted, { twice, together }, request.validateOnly, context)),
    }
  },
  fail: (request, code) => ({ topics: request.topics.map(({ name }) => failed(name, code, null)) }),
  *targets(request) {
    for (const { name } of request.topics) yield { topic: name }
  },
})

/** How many a topic asks for, as far as that can be meant (`validateTotalNumberOfPartitions`). */
function partitionsOf({ assignments, numPartitions }: Wanted, byDefault: number): number {
  if (assignments.length > 0) return assignments.length
  return numPartitions === -1 ? byDefault : Math.max(0, numPartitions)
}

function create(
  wanted: Wanted,
  { twice, together }: { readonly twice: ReadonlySet<string>; readonly together: number },
  validateOnly: boolean,
  { cluster, injected }: RequestContext,
): Created {
  const { name } = wanted
  const refused = injected.refuse(name)
  if (refused !== 0) return failed(name, refused, null)
  try {
    if (twice.has(name)) throw new Refusal('INVALID_REQUEST', 'Duplicate topic name.')
    assertPartitionCount(together)
    const topic = validateOnly
      ? cluster.planTopic(toNewTopic(wanted))
      : cluster.createTopic(toNewTopic(wanted))
    const amended = injected.amend(name)
    return amended === 0 ? created(topic) : failed(name, amended, null)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return failed(name, error.errorCode, error.message)
  }
}

/** -1 stands for the broker's default; an assignment leaves no room for the two numbers. */
function toNewTopic({ name, numPartitions, replicationFactor, assignments, configs }: Wanted): NewTopic {
  const config = configs.map(({ name: key, value }): [string, string] => {
    if (value === null)
      throw new Refusal('INVALID_CONFIG', `Null value not supported for topic configs: ${key}`)
    return [key, value]
  })
  if (assignments.length === 0) {
    return {
      name,
      config,
      partitions: numPartitions === -1 ? undefined : numPartitions,
      replicationFactor: replicationFactor === -1 ? undefined : replicationFactor,
    }
  }
  if (numPartitions !== -1 || replicationFactor !== -1) {
    throw new Refusal(
      'INVALID_REQUEST',
      'Replication factor and number of partitions must be -1 where a manual partition assignment is specified.',
    )
  }
  const sorted = assignments.toSorted((a, b) => a.partitionIndex - b.partitionIndex)
  if (sorted.some(({ partitionIndex }, at) => partitionIndex !== at)) {
    throw new Refusal(
      'INVALID_REPLICA_ASSIGNMENT',
      'partitions should be a consecutive 0-based integer sequence',
    )
  }
  return { name, config, assignment: sorted.map(({ brokerIds }) => brokerIds) }
}

function created(topic: Topic): Created {
  return {
    name: topic.name,
    topicId: topic.id,
    errorCode: 0,
    errorMessage: null,
    numPartitions: topic.partitions.length,
    replicationFactor: topic.partitions[0]!.replicas.length,
    configs: describeTopicConfig(topic.config).map((entry) => ({
      ...entry,
      readOnly: false,
      isSensitive: false,
    })),
  }
}

function failed(name: string, code: number, message: string | null): Created {
  return { name, errorCode: code, errorMessage: message }
}
