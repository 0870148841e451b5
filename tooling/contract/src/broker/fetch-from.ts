import {
  type fetch,
  splitBatches,
  readBatchHeader,
  type RequestInputOf,
  type ResponseOf,
} from '@headwater/protocol'
import type { FactTopic } from './broker-bench.ts'

/** What a broker says about one partition that is fetched. */
export type FetchAnswer = ResponseOf<typeof fetch>['responses'][number]['partitions'][number]

/** How records are asked for; the defaults wait for nothing and take everything. */
export interface FetchOptions {
  readonly offset?: bigint
  readonly partitions?: readonly number[]
  readonly partitionMaxBytes?: number
  readonly maxBytes?: number
  readonly maxWaitMs?: number
  readonly minBytes?: number
  readonly isolationLevel?: number
  readonly currentLeaderEpoch?: number
  readonly sessionId?: number
  readonly sessionEpoch?: number
  readonly forgotten?: readonly number[]
}

/** The body of a Fetch request for partitions of one topic. */
export function fetchRequest(topic: FactTopic, options: FetchOptions = {}): RequestInputOf<typeof fetch> {
  const { partitions = [0], forgotten = [] } = options
  const names = { topic: topic.name, topicId: topic.id }
  return {
    maxWaitMs: options.maxWaitMs ?? 0,
    minBytes: options.minBytes ?? 1,
    maxBytes: options.maxBytes ?? 10_000_000,
    isolationLevel: options.isolationLevel ?? 0,
    sessionId: options.sessionId ?? 0,
    sessionEpoch: options.sessionEpoch ?? -1,
    topics:
      partitions.length === 0
        ? []
        : [
            {
              ...names,
              partitions: partitions.map((partition) => ({
                partition,
                currentLeaderEpoch: options.currentLeaderEpoch ?? -1,
                fetchOffset: options.offset ?? 0n,
                partitionMaxBytes: options.partitionMaxBytes ?? 1_000_000,
              })),
            },
          ],
    forgottenTopicsData: forgotten.length === 0 ? [] : [{ ...names, partitions: forgotten }],
  }
}

/** The base offsets of the batches in an answer. */
export function baseOffsetsOf({ records }: FetchAnswer): bigint[] {
  return splitBatches(records ?? Buffer.alloc(0)).map((batch) => readBatchHeader(batch).baseOffset)
}

/** All partitions of an answer, in its order. */
export function partitionsOf({ responses }: ResponseOf<typeof fetch>): FetchAnswer[] {
  return responses.flatMap(({ partitions }) => partitions)
}
