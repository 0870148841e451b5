import { fetch, produce, splitBatches, type RequestInputOf, type ResponseOf } from '@headwater/protocol'
import { noTopicId, type BrokerBench, type FactTopic } from './broker-bench.ts'
import type { RawClient } from './raw-client.ts'

/** What a broker says about the records of one partition. */
export type ProduceAnswer = ResponseOf<typeof produce>['responses'][number]['partitionResponses'][number]

/** How records are sent; the defaults are what a careful producer does. */
export interface ProduceOptions {
  /** @defaultValue 0 */
  readonly partition?: number
  /** @defaultValue 9 */
  readonly version?: number
  /** @defaultValue -1 */
  readonly acks?: number
  /** The connection to use. Default: a shared one to the leader. */
  readonly client?: RawClient
}

/** The first version that names topics by their ids. */
export const topicIdsSince = 13

/** The body of a Produce request for one partition. */
export function produceRequest(
  topic: FactTopic,
  records: Uint8Array | null,
  { partition = 0, acks = -1 }: ProduceOptions = {},
): RequestInputOf<typeof produce> {
  return {
    transactionalId: null,
    acks,
    // Followers of a topic that is new may take their time; still less than a client here waits for an answer.
    timeoutMs: 8000,
    topicData: [{ name: topic.name, topicId: topic.id, partitionData: [{ index: partition, records }] }],
  }
}

/** Sends records to one partition, and gives what its leader says about them. */
export async function produceTo(
  bench: BrokerBench,
  topic: FactTopic,
  records: Uint8Array | null,
  options: ProduceOptions = {},
): Promise<ProduceAnswer> {
  const client = options.client ?? (await bench.leader(topic, options.partition))
  const request = produceRequest(topic, records, options)
  const { responses } = await client.send(produce, options.version ?? 9, request)
  return responses[0]!.partitionResponses[0]!
}

/** The batches that stand in a partition, as a consumer gets them. */
export async function readBatches(bench: BrokerBench, topic: FactTopic, partition = 0): Promise<Buffer[]> {
  const { responses } = await (
    await bench.leader(topic, partition)
  ).send(fetch, 12, {
    maxWaitMs: 0,
    minBytes: 0,
    topics: [
      {
        topic: topic.name,
        partitions: [{ partition, fetchOffset: 0n, partitionMaxBytes: 10_000_000 }],
      },
    ],
  })
  const { errorCode, records } = responses[0]!.partitions[0]!
  if (errorCode !== 0) throw new Error(`${topic.name}-${partition} cannot be read: error ${errorCode}`)
  return splitBatches(records ?? Buffer.alloc(0))
}

/** A topic that nobody made. */
export function missingTopic(bench: BrokerBench): FactTopic {
  return { name: bench.name('missing'), id: noTopicId.replace(/0$/u, '9') }
}
