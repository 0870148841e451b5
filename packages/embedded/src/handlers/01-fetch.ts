import { errorCode, fetch, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { Partition } from '../cluster/partition.ts'
import { Refusal } from '../cluster/refusal.ts'
import type { FetchSession, WantedPartition } from '../fetch/fetch-session.ts'
import { hasEnough, readPartitions, type ReadOptions, type ReadPartition } from '../fetch/read-partitions.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'
import { currentLeaderOf, endpointsOf } from './leader-of.ts'

type Request = RequestOf<typeof fetch>
type Response = ResponseInputOf<typeof fetch>
type PartitionResponse = Response['responses'][number]['partitions'][number]

const followersSince = 11
const topicIdsSince = 13
const leadersSince = 16
const readCommitted = 1

/**
 * Behaviour: answers when `minBytes` are there, when something is wrong with a partition, or after `maxWaitMs`.
 * Sessions (KIP-227) leave out what has not changed. Batches are given whole.
 * Who reads what is committed gets nothing from the first open transaction on, and a list of the aborted ones.
 *
 * Versions: 4 to 18; v7 sessions, v11 reading from in-sync followers, v13 topic ids, v16 names new leaders.
 */
export const fetchHandler: Handler<typeof fetch> = defineHandler({
  api: fetch,
  versions: [4, 18],
  async handle(request, context) {
    const byTopicId = context.version >= topicIdsSince
    let session: FetchSession | undefined
    let isNew = true
    try {
      const opened = context.sessions.open(request.sessionId, request.sessionEpoch, {
        byTopicId,
        partitions: request.topics.reduce((sum, { partitions }) => sum + partitions.length, 0),
      })
      ;({ session, isNew } = opened)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { errorCode: error.errorCode, sessionId: 0, responses: [] }
    }
    const wanted = wantedOf(request, session, context)
    const options: ReadOptions = {
      cluster: context.cluster,
      broker: context.broker,
      byTopicId,
      fromFollowers: context.version >= followersSince,
      committedOnly: request.isolationLevel === readCommitted,
      maxBytes: Math.min(request.maxBytes, context.cluster.config['fetch.max.bytes']),
    }
    const ordered = wanted.some(({ topic, partition }) => orderedError(context, topic, partition) !== 0)
    if (!ordered) await waitForData(request, wanted, options, context)
    const read = readPartitions(wanted, options).map((one) => withOrderedError(one, context))
    const answered = read.filter((one) => {
      const told = session?.tell(one.wanted, { ...one, recordBytes: one.records.length }) ?? true
      return told || isNew
    })
    for (const { recordCount, records } of answered) {
      context.cluster.traffic.fetched(recordCount, records.length)
    }
    return { errorCode: 0, sessionId: session?.id ?? 0, ...respond(answered, request, context) }
  },
  fail: (request, code, context) => ({
    errorCode: context.version >= 7 ? code : 0,
    sessionId: 0,
    responses: request.topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(({ partition }) => failed(partition, code)),
    })),
  }),
  *targets(request, cluster, sessions) {
    for (const { topic, topicId, partitions } of request.topics) {
      for (const { partition } of partitions) yield { topic: nameOf(topic, topicId, cluster), partition }
    }
    // A consumer that waits in its session names nothing, and is answered for all that it named before.
    if (request.sessionEpoch <= 0) return
    const forgotten = new Set(
      request.forgottenTopicsData.flatMap(({ topic, topicId, partitions }) =>
        partitions.map((partition) => `${nameOf(topic, topicId, cluster)}/${partition}`),
      ),
    )
    for (const { topic, partition } of sessions.wantedIn(request.sessionId)) {
      if (!forgotten.has(`${topic}/${partition}`)) yield { topic, partition }
    }
  },
})

function nameOf(topic: string, topicId: string, cluster: Cluster): string {
  return topic === '' ? (cluster.topicById(topicId)?.name ?? '') : topic
}

function wantedOf(
  request: Request,
  session: FetchSession | undefined,
  { cluster }: RequestContext,
): readonly WantedPartition[] {
  const named = request.topics.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((one) => ({
      topic: nameOf(topic, topicId, cluster),
      topicId,
      partition: one.partition,
      fetchOffset: one.fetchOffset,
      currentLeaderEpoch: one.currentLeaderEpoch,
      maxBytes: one.partitionMaxBytes,
    })),
  )
  if (session === undefined) return named
  for (const { topic, topicId, partitions } of request.forgottenTopicsData) {
    for (const partition of partitions)
      session.forget({ topic: nameOf(topic, topicId, cluster), topicId, partition })
  }
  session.want(named)
  return session.wanted
}

/** Returns when there is enough to answer, when the time is over, or when the connection is. */
function waitForData(
  { maxWaitMs, minBytes }: Request,
  wanted: readonly WantedPartition[],
  options: ReadOptions,
  { cluster, connection }: RequestContext,
): Promise<void> | undefined {
  if (maxWaitMs <= 0 || wanted.length === 0 || hasEnough(wanted, options, minBytes)) return undefined
  return new Promise((resolve) => {
    const undo: (() => void)[] = []
    const done = (): void => {
      for (const each of undo) each()
      resolve()
    }
    const changed = (): void => {
      if (hasEnough(wanted, options, minBytes)) done()
    }
    for (const { topic, topicId, partition } of wanted) {
      const found = (options.byTopicId ? cluster.topicById(topicId) : cluster.topic(topic))?.partitions[
        partition
      ]
      if (found !== undefined) undo.push(found.onChange(changed))
    }
    const timer = cluster.clock.schedule(maxWaitMs, done)
    undo.push(() => timer.cancel(), connection.onEnd(done))
  })
}

function orderedError({ injected }: RequestContext, topic: string, partition: number): number {
  return injected.refuse(topic, partition) || injected.amend(topic, partition)
}

function withOrderedError(read: ReadPartition, context: RequestContext): ReadPartition {
  const code = orderedError(context, read.wanted.topic, read.wanted.partition)
  if (code === 0) return read
  const nothing = { highWatermark: -1n, lastStableOffset: -1n, logStartOffset: -1n, aborted: [] }
  return { ...read, ...nothing, errorCode: code, records: Buffer.alloc(0), recordCount: 0 }
}

function respond(
  read: readonly ReadPartition[],
  request: Request,
  { cluster, version }: RequestContext,
): Pick<Response, 'responses' | 'nodeEndpoints'> {
  const byTopic = Map.groupBy(read, ({ wanted }) => `${wanted.topicId}/${wanted.topic}`)
  const moved: Partition[] = []
  const responses = Array.from(byTopic.values(), (partitions) => ({
    topic: partitions[0]!.wanted.topic,
    topicId: partitions[0]!.wanted.topicId,
    partitions: partitions.map((one): PartitionResponse => {
      const response = toResponse(one, request.isolationLevel === readCommitted)
      if (!namesLeader(one.errorCode) || version < leadersSince || one.partition === undefined)
        return response
      moved.push(one.partition)
      return { ...response, currentLeader: currentLeaderOf(one.partition) }
    }),
  }))
  if (moved.length === 0) return { responses }
  const leaders = moved.map(({ leader }) => leader)
  return { responses, nodeEndpoints: endpointsOf(cluster, leaders) }
}

function namesLeader(code: number): boolean {
  return code === errorCode.NOT_LEADER_OR_FOLLOWER || code === errorCode.FENCED_LEADER_EPOCH
}

function toResponse(read: ReadPartition, committedOnly: boolean): PartitionResponse {
  return {
    partitionIndex: read.wanted.partition,
    errorCode: read.errorCode,
    highWatermark: read.highWatermark,
    lastStableOffset: read.lastStableOffset,
    logStartOffset: read.logStartOffset,
    abortedTransactions: committedOnly && read.errorCode === 0 ? read.aborted : null,
    records: read.records,
  }
}

function failed(partition: number, code: number): PartitionResponse {
  return {
    partitionIndex: partition,
    errorCode: code,
    highWatermark: -1n,
    abortedTransactions: null,
    records: Buffer.alloc(0),
  }
}
