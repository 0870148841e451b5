import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  endTxn,
  initProducerId,
  produce,
  txnOffsetCommit,
  type RequestInputOf,
  type ResponseOf,
} from '@headwater/protocol'
import { makeBatch, type ProduceAnswer, type RawClient } from './raw-client.ts'

type Initialised = ResponseOf<typeof initProducerId>

/** What a producer is called on the wire. */
export interface Identity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** A transactional producer that sends exactly what a test says, to one broker, and believes no answer but its id. */
export class RawProducer implements Identity {
  readonly client: RawClient
  readonly transactionalId: string
  producerId = -1n
  producerEpoch = -1
  readonly #sequences = new Map<string, number>()

  constructor(client: RawClient, transactionalId: string) {
    this.client = client
    this.transactionalId = transactionalId
  }

  /** Asks for an id; with `expected` as a producer does that has one. Takes over what it gets. */
  async init(
    expected: Identity = { producerId: -1n, producerEpoch: -1 },
    { version = 5, timeoutMs = 60_000 }: { version?: number; timeoutMs?: number } = {},
  ): Promise<Initialised> {
    const { transactionalId } = this
    const answer = await this.client.send(initProducerId, version, {
      transactionalId,
      transactionTimeoutMs: timeoutMs,
      producerId: expected.producerId,
      producerEpoch: expected.producerEpoch,
    })
    if (answer.errorCode === 0) {
      this.#sequences.clear()
      ;({ producerId: this.producerId, producerEpoch: this.producerEpoch } = answer)
    }
    return answer
  }

  /** Adds partitions of one topic; gives the codes in their order. */
  async add(topic: string, partitions: readonly number[] = [0], version = 3): Promise<number[]> {
    const { transactionalId, producerId, producerEpoch } = this
    const topics = [{ name: topic, partitions: [...partitions] }]
    const request: RequestInputOf<typeof addPartitionsToTxn> =
      version >= 4
        ? { transactions: [{ transactionalId, producerId, producerEpoch, verifyOnly: false, topics }] }
        : {
            v3AndBelowTransactionalId: transactionalId,
            v3AndBelowProducerId: producerId,
            v3AndBelowProducerEpoch: producerEpoch,
            v3AndBelowTopics: topics,
          }
    const answer = await this.client.send(addPartitionsToTxn, version, request)
    const results =
      version >= 4 ? answer.resultsByTransaction[0]!.topicResults : answer.resultsByTopicV3AndBelow
    return results[0]!.resultsByPartition.map(({ partitionErrorCode }) => partitionErrorCode)
  }

  /** Produces records as part of the transaction. */
  async produce(
    topic: string,
    values: readonly string[],
    { partition = 0, version = 9 }: { partition?: number; version?: number } = {},
  ): Promise<ProduceAnswer> {
    const { transactionalId, producerId, producerEpoch } = this
    const key = `${topic}-${partition}`
    const baseSequence = this.#sequences.get(key) ?? 0
    const records = makeBatch(values, { producerId, producerEpoch, baseSequence, transactional: true })
    const answer = await this.client.send(produce, version, {
      transactionalId,
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
    })
    const one = answer.responses[0]!.partitionResponses[0]!
    if (one.errorCode === 0) this.#sequences.set(key, baseSequence + values.length)
    return one
  }

  /** Commits or aborts; gives the code. */
  async end(committed: boolean, version = 4): Promise<number> {
    const { transactionalId, producerId, producerEpoch } = this
    const request = { transactionalId, producerId, producerEpoch, committed }
    return (await this.client.send(endTxn, version, request)).errorCode
  }

  async addOffsets(groupId: string, version = 4): Promise<number> {
    const { transactionalId, producerId, producerEpoch } = this
    const request = { transactionalId, producerId, producerEpoch, groupId }
    return (await this.client.send(addOffsetsToTxn, version, request)).errorCode
  }

  async commitOffset(
    groupId: string,
    topic: string,
    offset: bigint,
    { version = 4, ...member }: { version?: number; memberId?: string; generationId?: number } = {},
  ): Promise<number> {
    const { transactionalId, producerId, producerEpoch } = this
    const partitions = [{ partitionIndex: 0, committedOffset: offset, committedMetadata: '' }]
    const answer = await this.client.send(txnOffsetCommit, version, {
      transactionalId,
      groupId,
      producerId,
      producerEpoch,
      ...member,
      topics: [{ name: topic, partitions }],
    })
    return answer.topics[0]!.partitions[0]!.errorCode
  }
}
