import { addPartitionsToTxn, errorCode, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import { fencingCode } from '../transactions/fencing-code.ts'
import type { TransactionPartition } from '../transactions/transaction.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Request = RequestOf<typeof addPartitionsToTxn>
type Asked = Request['transactions'][number]
type TopicResult = NonNullable<ResponseInputOf<typeof addPartitionsToTxn>['resultsByTopicV3AndBelow']>[number]

const batchedSince = 4
const fencedSince = 2

/**
 * Behaviour: all partitions of a transaction are added, or none: one that is not there keeps the others out. The first
 * ones open the transaction.
 *
 * Versions: 0 to 5; v2 knows PRODUCER_FENCED, v4 takes several transactions and may only verify (KIP-890).
 */
export const addPartitionsToTxnHandler: Handler<typeof addPartitionsToTxn> = defineHandler({
  api: addPartitionsToTxn,
  versions: [0, 5],
  handle: (request, context) => respond(request, context.version, (asked) => add(asked, context)),
  fail: (request, code, { version }) => respond(request, version, (asked) => resultsOf(asked, () => code)),
  *targets(request) {
    for (const { topics } of transactionsOf(request)) {
      for (const { name, partitions } of topics) {
        for (const partition of partitions) yield { topic: name, partition }
      }
    }
  },
  transactionalIds: (request) => transactionsOf(request).map(({ transactionalId }) => transactionalId),
})

/** In old versions the request is the one transaction. */
function transactionsOf(request: Request): readonly Asked[] {
  if (request.transactions.length > 0) return request.transactions
  return [
    {
      transactionalId: request.v3AndBelowTransactionalId,
      producerId: request.v3AndBelowProducerId,
      producerEpoch: request.v3AndBelowProducerEpoch,
      verifyOnly: false,
      topics: request.v3AndBelowTopics,
    },
  ]
}

function respond(
  request: Request,
  version: number,
  answer: (asked: Asked) => TopicResult[],
): ResponseInputOf<typeof addPartitionsToTxn> {
  if (version < batchedSince) return { resultsByTopicV3AndBelow: answer(transactionsOf(request)[0]!) }
  return {
    errorCode: 0,
    resultsByTransaction: request.transactions.map((asked) => ({
      transactionalId: asked.transactionalId,
      topicResults: answer(asked),
    })),
  }
}

function add(
  asked: Asked,
  { cluster, transactions, broker, version, injected, forbidden }: RequestContext,
): TopicResult[] {
  const { transactionalId, verifyOnly, topics } = asked
  const refused = forbidden('transactionalId', transactionalId)
  if (refused !== 0) return resultsOf(asked, () => refused)
  const wrong = ({ topic, partition }: TransactionPartition): number => {
    const missing = cluster.partition(topic, partition) === undefined
    return injected.refuse(topic, partition) || (missing ? errorCode.UNKNOWN_TOPIC_OR_PARTITION : 0)
  }
  const partitions = topics.flatMap(({ name, partitions: indexes }) =>
    indexes.map((partition) => ({ topic: name, partition })),
  )
  if (partitions.some((one) => wrong(one) !== 0)) {
    return resultsOf(asked, (one) => wrong(one) || errorCode.OPERATION_NOT_ATTEMPTED)
  }
  const codeOf = (run: () => void): number => {
    try {
      run()
      return 0
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return fencingCode(error, version, fencedSince)
    }
  }
  const misplaced = codeOf(() => transactions.assertCoordinator(transactionalId, broker))
  if (misplaced !== 0) return resultsOf(asked, () => misplaced)
  if (verifyOnly) {
    return resultsOf(asked, (one) => codeOf(() => transactions.verify(transactionalId, asked, one)))
  }
  const code = codeOf(() => transactions.addPartitions(transactionalId, asked, partitions))
  return resultsOf(asked, ({ topic, partition }) => code || injected.amend(topic, partition))
}

function resultsOf({ topics }: Asked, codeOf: (partition: TransactionPartition) => number): TopicResult[] {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partition) => ({
      partitionIndex: partition,
      partitionErrorCode: codeOf({ topic: name, partition }),
    })),
  }))
}
