import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  endTxn,
  errorCode,
  findCoordinator,
  initProducerId,
  produce,
  txnOffsetCommit,
  type ResponseOf,
} from '@headwater/protocol'
import { until, type BrokerBench, type FactTopic } from './broker-bench.ts'
import { makeBatch } from './make-batch.ts'
import type { RawClient } from './raw-client.ts'

/** Producer id and epoch. */
export interface ProducerIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** What a real broker says while markers or a coordinator are on their way. */
const temporary: ReadonlySet<number> = new Set([
  errorCode.CONCURRENT_TRANSACTIONS,
  errorCode.COORDINATOR_NOT_AVAILABLE,
  errorCode.COORDINATOR_LOAD_IN_PROGRESS,
  errorCode.NOT_COORDINATOR,
])

type Initialised = ResponseOf<typeof initProducerId>

/** A transactional producer that sends what a fact says, to the broker that each request belongs to. */
export class TransactionalProducer {
  readonly transactionalId: string
  identity: ProducerIdentity = { producerId: -1n, producerEpoch: -1 }
  readonly #bench: BrokerBench
  #sequence = 0

  constructor(bench: BrokerBench, transactionalId: string) {
    this.#bench = bench
    this.transactionalId = transactionalId
  }

  /** A connection to the coordinator of the transactional id. */
  async coordinator(): Promise<RawClient> {
    const client = await this.#bench.client()
    const request = { key: this.transactionalId, keyType: 1 }
    const { host, port } = await until(`a coordinator of ${this.transactionalId}`, async () => {
      const answer = await client.send(findCoordinator, 2, request)
      return answer.errorCode === 0 ? answer : undefined
    })
    return this.#bench.client(`${host}:${port}`)
  }

  /** Asks for an id, as one who has `expected`, and takes it. */
  async init(
    expected: ProducerIdentity = { producerId: -1n, producerEpoch: -1 },
    { version = 5, timeoutMs = 60_000 }: { version?: number; timeoutMs?: number } = {},
  ): Promise<Initialised> {
    const { transactionalId } = this
    const body = { transactionalId, transactionTimeoutMs: timeoutMs, ...expected }
    const answer = await (await this.coordinator()).send(initProducerId, version, body)
    if (answer.errorCode === 0) {
      this.identity = { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
      this.#sequence = 0
    }
    return answer
  }

  /** The same until no markers are pending. */
  async initPatiently(expected?: ProducerIdentity): Promise<Initialised> {
    return this.#patiently(
      (answer: Initialised) => answer.errorCode,
      () => this.init(expected),
    )
  }

  /** Adds partitions; gives their codes. */
  async add(topic: FactTopic, partitions: readonly number[] = [0], version = 3): Promise<number[]> {
    const { transactionalId, identity } = this
    const topics = [{ name: topic.name, partitions: [...partitions] }]
    const client = await this.coordinator()
    if (version >= 4) {
      const transactions = [{ transactionalId, ...identity, verifyOnly: false, topics }]
      const answer = await client.send(addPartitionsToTxn, version, { transactions })
      return answer.resultsByTransaction[0]!.topicResults[0]!.resultsByPartition.toSorted(
        (one, other) => one.partitionIndex - other.partitionIndex,
      ).map(({ partitionErrorCode }) => partitionErrorCode)
    }
    const answer = await client.send(addPartitionsToTxn, version, {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: identity.producerId,
      v3AndBelowProducerEpoch: identity.producerEpoch,
      v3AndBelowTopics: topics,
    })
    return answer.resultsByTopicV3AndBelow[0]!.resultsByPartition.toSorted(
      (one, other) => one.partitionIndex - other.partitionIndex,
    ).map(({ partitionErrorCode }) => partitionErrorCode)
  }

  /** Opens a transaction with one partition when the one before is over. */
  async begin(topic: FactTopic): Promise<void> {
    const [code] = await this.#patiently(
      ([first]: number[]) => first!,
      () => this.add(topic),
    )
    if (code !== 0) throw new Error(`no transaction: error ${code}`)
  }

  /** Produces to partition 0, and gives the code. */
  async produce(topic: FactTopic, values: readonly string[], version = 9): Promise<number> {
    // Of now, like the markers: a real log rolls between records whose times lie days apart, and a fetch ends there.
    const timestamp = Date.now()
    const stamped = values.map((value) => ({ value, timestamp }))
    const records = makeBatch(stamped, {
      ...this.identity,
      baseSequence: this.#sequence,
      transactional: true,
    })
    const answer = await (
      await this.#bench.leader(topic)
    ).send(produce, version, {
      transactionalId: this.transactionalId,
      acks: -1,
      timeoutMs: 5000,
      topicData: [{ name: topic.name, partitionData: [{ index: 0, records }] }],
    })
    const { errorCode: code } = answer.responses[0]!.partitionResponses[0]!
    if (code === 0) this.#sequence += values.length
    return code
  }

  /** The same to a partition that has nothing of this producer yet. */
  produceAfresh(topic: FactTopic, values: readonly string[], version: number): Promise<number> {
    this.#sequence = 0
    return this.produce(topic, values, version)
  }

  /** Decides, and gives the code. */
  async end(committed: boolean, version = 4): Promise<number> {
    const body = { transactionalId: this.transactionalId, ...this.identity, committed }
    return (await (await this.coordinator()).send(endTxn, version, body)).errorCode
  }

  /** Decides, and waits for the markers: a decision that is repeated is a success when they are there. */
  async finish(committed: boolean): Promise<void> {
    await this.end(committed)
    const code = await this.#patiently(
      (answer: number) => answer,
      () => this.end(committed),
    )
    if (code !== 0) throw new Error(`the transaction did not end: error ${code}`)
  }

  async addOffsets(groupId: string, version = 3): Promise<number> {
    const body = { transactionalId: this.transactionalId, ...this.identity, groupId }
    return (await (await this.coordinator()).send(addOffsetsToTxn, version, body)).errorCode
  }

  /** Commits an offset of partition 0, and gives the code. */
  async commitOffset(groupId: string, topic: FactTopic, offset: bigint, version = 3): Promise<number> {
    const client = await this.#bench.client(await this.#bench.coordinatorAddress(groupId))
    const partitions = [{ partitionIndex: 0, committedOffset: offset, committedMetadata: '' }]
    const ask = async (): Promise<number> => {
      const answer = await client.send(txnOffsetCommit, version, {
        transactionalId: this.transactionalId,
        groupId,
        ...this.identity,
        topics: [{ name: topic.name, partitions }],
      })
      return answer.topics[0]!.partitions[0]!.errorCode
    }
    return this.#patiently((code: number) => code, ask)
  }

  #patiently<Answer>(codeOf: (answer: Answer) => number, ask: () => Promise<Answer>): Promise<Answer> {
    return until('the markers', async () => {
      const answer = await ask()
      return temporary.has(codeOf(answer)) ? undefined : answer
    })
  }
}
