import {
  alterPartitionReassignments,
  errorCode,
  type RequestOf,
  type ResponseInputOf,
} from '@headwater/protocol'
import { assertAssignment } from '../cluster/replica-assignment.ts'
import { Refusal } from '../cluster/refusal.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Asked = RequestOf<typeof alterPartitionReassignments>['topics'][number]['partitions'][number]
type Answer = ResponseInputOf<typeof alterPartitionReassignments>['responses'][number]['partitions'][number]

/**
 * Behaviour: new replicas catch up at once, so a move is over when its answer is there, and none is left to cancel.
 *
 * Versions: 0 to 1; v1 refuses, when asked to, to change how many replicas there are.
 */
export const alterPartitionReassignmentsHandler: Handler<typeof alterPartitionReassignments> = defineHandler({
  api: alterPartitionReassignments,
  versions: [0, 1],
  handle: (request, context) => ({
    allowReplicationFactorChange: request.allowReplicationFactorChange,
    errorCode: 0,
    errorMessage: null,
    responses: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((asked) =>
        reassign(name, asked, request.allowReplicationFactorChange, context),
      ),
    })),
  }),
  fail: (_request, code) => ({ errorCode: code, errorMessage: null, responses: [] }),
  *targets({ topics }) {
    for (const { name, partitions } of topics) {
      for (const { partitionIndex } of partitions) yield { topic: name, partition: partitionIndex }
    }
  },
})

function reassign(
  topic: string,
  { partitionIndex, replicas }: Asked,
  mayChangeFactor: boolean,
  { cluster, injected }: RequestContext,
): Answer {
  const ordered = injected.refuse(topic, partitionIndex)
  if (ordered !== 0) return { partitionIndex, errorCode: ordered, errorMessage: null }
  try {
    const partition = cluster.partition(topic, partitionIndex)
    if (partition === undefined) {
      const what =
        cluster.topic(topic) === undefined ? `a topic named ${topic}` : `partition ${topic}:${partitionIndex}`
      throw new Refusal('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find ${what}.`)
    }
    if (replicas === null)
      return { partitionIndex, errorCode: errorCode.NO_REASSIGNMENT_IN_PROGRESS, errorMessage: null }
    assertAssignment([replicas], new Map(cluster.nodes.map((node) => [node.id, node])))
    if (!mayChangeFactor && replicas.length !== partition.replicas.length)
      throw new Refusal(
        'INVALID_REPLICATION_FACTOR',
        `The replication factor is changed from ${partition.replicas.length} to ${replicas.length}`,
      )
    partition.reassign(replicas, cluster.isAlive)
    return { partitionIndex, errorCode: injected.amend(topic, partitionIndex), errorMessage: null }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { partitionIndex, errorCode: error.errorCode, errorMessage: error.message }
  }
}
