import {
  addPartitionsToTxn,
  endTxn,
  errorCode,
  initProducerId,
  produce,
  type RequestInputOf,
} from '@headwater/protocol'
import type { Fault } from '../src/faults/fault.ts'
import { makeBatch, type ProduceAnswer } from './raw-client.ts'
import type { Identity } from './raw-producer.ts'
import type { ScheduleClient } from './schedule-client.ts'
import type { ModelRecord, ModelTransaction, ScheduleModel } from './schedule-model.ts'
import type { ProducerStep, StepFault, cast } from './schedule-steps.ts'

export const scheduleTopic = 'schedule'
/** As many of its last batches as a producer may repeat. */
const window = 5
const transactionTimeoutMs = 800_000

interface Batch {
  readonly bytes: Buffer
  readonly identity: Identity | undefined
  readonly transaction: ModelTransaction | undefined
  readonly records: readonly ModelRecord[]
  offset?: bigint
}

type StepOf<Does extends ProducerStep['does']> = Extract<ProducerStep, { readonly does: Does }>

/** A producer of a schedule: retries as a correct one does, and tells the model what it sent and what it was told. */
export class ScheduleProducer {
  readonly name: string
  readonly #kind: (typeof cast)[number]
  readonly #client: ScheduleClient
  readonly #model: ScheduleModel
  readonly #nowMs: () => number
  #identity: Identity | undefined
  /** Who it was before: fenced. */
  #retired: Identity | undefined
  #transaction: ModelTransaction | undefined
  /** Whether it has ended a transaction in this epoch. */
  #hasEndedOne = false
  #records = 0
  readonly #sequences = new Map<number, number>()
  readonly #sent = new Map<number, Batch[]>()

  constructor(
    name: string,
    kind: (typeof cast)[number],
    parts: { readonly client: ScheduleClient; readonly model: ScheduleModel; readonly nowMs: () => number },
  ) {
    this.name = name
    this.#kind = kind
    this.#client = parts.client
    this.#model = parts.model
    this.#nowMs = parts.nowMs
  }

  get isTransactional(): boolean {
    return this.#kind === 'transactional'
  }

  async run(step: ProducerStep): Promise<void> {
    if (step.does === 'produce') return this.#produce(step)
    if (step.does === 'repeat') return this.#repeat(step)
    if (this.#kind === 'plain') return
    if (step.does === 'init') return this.#init(step.fault, step.tellsEpoch)
    if (!this.isTransactional) return
    if (step.does === 'end') return this.#end(step)
    if (step.does === 'zombie') return this.#zombie(step)
    this.#client.kafka.txn(this.name).delayMarkers(step.ms).maybe()
  }

  async #init(fault: StepFault | undefined, tellsEpoch: boolean): Promise<void> {
    const transaction = this.#transaction
    const tells = this.isTransactional && tellsEpoch && transaction === undefined ? this.#identity : undefined
    const order = this.#client.order('InitProducerId', fault)
    if (transaction !== undefined) transaction.state = 'ending'
    const { producerId, producerEpoch } = await this.#client.succeed(
      () => (this.isTransactional ? this.#coordinator() : this.#anyBroker()),
      initProducerId,
      5,
      { transactionalId: this.isTransactional ? this.name : null, transactionTimeoutMs, ...tells },
      ({ errorCode: code }) => code,
    )
    order?.lift()
    if (transaction !== undefined) transaction.state = 'ended'
    this.#transaction = undefined
    this.#retired = this.isTransactional ? this.#identity : undefined
    this.#identity = { producerId, producerEpoch }
    this.#hasEndedOne = false
    this.#sequences.clear()
  }

  async #produce(step: StepOf<'produce'>): Promise<void> {
    const { partition } = step
    if (this.#kind === 'plain') return this.#producePlain(step)
    if (this.#identity === undefined) await this.#init(undefined, false)
    let fault = step.fault
    const version = fault?.verb === 'late' ? 9 : step.version
    if (this.isTransactional) {
      this.#transaction ??= this.#model.begin(this.name, this.#identity!.producerId)
      if (!this.#transaction.partitions.has(partition)) {
        this.#transaction.partitions.add(partition)
        // Without an epoch for each transaction (KIP-890) Produce cannot know that the one before is still ending.
        if (version < 12 || this.#hasEndedOne) {
          await this.#addPartition(partition, fault)
          if (step.records > 1) fault = undefined
        }
      }
    }
    // The first batch goes alone: of a producer that it does not know a broker takes any sequence.
    const count = this.#sequences.has(partition) ? step.batches : 1
    const batches = Array.from({ length: count }, () => this.#newBatch(partition, step.records))
    await this.#acknowledge(partition, version, batches, fault)
    const sent = this.#sent.get(partition) ?? []
    this.#sent.set(partition, [...sent, ...batches])
  }

  /** Sends batches without waiting between, and again, in their order, those that were not acknowledged. */
  async #acknowledge(
    partition: number,
    version: number,
    batches: readonly Batch[],
    fault: StepFault | undefined,
  ): Promise<void> {
    const order = this.#client.order('Produce', fault)
    let waiting = batches
    for (let attempts = 0; waiting.length > 0; attempts++) {
      if (attempts > 300) throw new Error(`${this.name}: records were not acknowledged in 300 attempts`)
      const broker = this.#leader(partition)
      const willBeLate = fault?.verb === 'late' && order?.fired === 0
      const answering = waiting.map((batch) => this.#send(broker, version, partition, batch.bytes))
      if (willBeLate) await this.#giveUp(broker, order, answering)
      const answers = await Promise.all(answering)
      const left: Batch[] = []
      for (const [index, batch] of waiting.entries()) {
        const answer = answers[index]
        if (answer?.errorCode === 0) this.#acknowledged(batch, answer.baseOffset)
        else {
          // Those behind a batch that failed are out of order until it is sent again.
          const follows = left.length > 0 && answer?.errorCode === errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
          if (answer !== undefined && !follows) this.#client.assertRetriable(answer.errorCode, 'Produce')
          left.push(batch)
        }
      }
      waiting = left
      if (left.length > 0) await this.#client.pause()
    }
    order?.lift()
  }

  /** Hangs up when the request has arrived, or when it is answered after all. */
  async #giveUp(
    broker: number,
    order: Fault | undefined,
    answering: readonly Promise<unknown>[],
  ): Promise<void> {
    let answered = false
    void Promise.race(answering).finally(() => (answered = true))
    while (order?.fired === 0 && !answered) await new Promise(setImmediate)
    await this.#client.hangUp(broker)
  }

  async #producePlain(step: StepOf<'produce'>): Promise<void> {
    const fault = step.fault?.verb === 'late' ? undefined : step.fault
    const order = this.#client.order('Produce', fault)
    const batch = this.#newBatch(step.partition, step.records)
    const answer = await this.#send(this.#leader(step.partition), 9, step.partition, batch.bytes)
    order?.lift()
    if (answer?.errorCode === 0) return this.#acknowledged(batch, answer.baseOffset)
    // It must not try again. What it may know is whether the records stand in the log.
    const fired = order?.fired === 1
    const applied = fired && fault?.verb === 'applyThenReply' && answer !== undefined
    const refused = answer?.errorCode === errorCode.NOT_LEADER_OR_FOLLOWER
    const never = refused || (fired && (fault?.verb === 'reply' || fault?.verb === 'loseRequest'))
    for (const record of batch.records) record.fate = never ? 'never' : applied ? 'once' : 'maybe'
  }

  #acknowledged(batch: Batch, offset: bigint): void {
    if (batch.offset !== undefined && batch.offset !== offset)
      throw new Error(`${this.name}: ${batch.records[0]!.value} was at ${batch.offset}, and now at ${offset}`)
    batch.offset = offset
    for (const [index, record] of batch.records.entries()) {
      record.fate = 'once'
      record.offset = offset + BigInt(index)
    }
  }

  /** A batch that was acknowledged comes again: it is recognised, or refused. */
  async #repeat({ partition, back }: StepOf<'repeat'>): Promise<void> {
    const batches = this.#sent.get(partition) ?? []
    const batch = batches.at(-1 - back)
    if (batch === undefined) return
    const isCurrent = batch.identity === this.#identity && batch.transaction === this.#transaction
    if (isCurrent && back < window) return this.#acknowledge(partition, 9, [batch], undefined)
    const answer = await this.#send(this.#leader(partition), 9, partition, batch.bytes)
    if (answer?.errorCode === 0) this.#acknowledged(batch, answer.baseOffset)
  }

  async #end({ commit, fault }: StepOf<'end'>): Promise<void> {
    const transaction = this.#transaction
    if (transaction === undefined) return
    transaction.commits = commit
    transaction.state = 'ending'
    const order = this.#client.order('EndTxn', fault)
    await this.#client.succeed(
      () => this.#coordinator(),
      endTxn,
      4,
      { transactionalId: this.name, ...this.#identity!, committed: commit },
      ({ errorCode: code }) => code,
    )
    order?.lift()
    transaction.state = 'ended'
    this.#transaction = undefined
    this.#hasEndedOne = true
  }

  /** The producer before tries to go on. */
  async #zombie({ partition, version, ends }: StepOf<'zombie'>): Promise<void> {
    const identity = this.#retired
    if (identity === undefined) return
    if (ends) {
      const request = { transactionalId: this.name, ...identity, committed: true }
      const answer = await this.#client.attempt(this.#coordinator(), endTxn, 4, request)
      if (answer?.errorCode === 0) throw new Error(`${this.name}: a fenced producer ended a transaction`)
      return
    }
    const batch = this.#newBatch(partition, 1, identity)
    for (const record of batch.records) record.fate = 'never'
    const answer = await this.#send(this.#leader(partition), version, partition, batch.bytes)
    if (answer?.errorCode === 0) throw new Error(`${this.name}: a fenced producer was acknowledged`)
  }

  async #addPartition(partition: number, fault: StepFault | undefined): Promise<void> {
    const { producerId, producerEpoch } = this.#identity!
    const request: RequestInputOf<typeof addPartitionsToTxn> = {
      v3AndBelowTransactionalId: this.name,
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: producerEpoch,
      v3AndBelowTopics: [{ name: scheduleTopic, partitions: [partition] }],
    }
    const order = this.#client.order('AddPartitionsToTxn', fault)
    await this.#client.succeed(
      () => this.#coordinator(),
      addPartitionsToTxn,
      3,
      request,
      (answer) => answer.resultsByTopicV3AndBelow[0]!.resultsByPartition[0]!.partitionErrorCode,
    )
    order?.lift()
  }

  #newBatch(partition: number, count: number, as: Identity | undefined = this.#identity): Batch {
    const transaction = this.#transaction
    const records = Array.from({ length: count }, () => {
      const number = this.#records++
      const value = `${this.name}#${number}`
      return this.#model.send({ value, producer: this.name, number, partition, transaction })
    })
    const values = records.map(({ value }) => value)
    if (as === undefined)
      return { bytes: makeBatch(values, undefined, this.#nowMs()), identity: as, transaction, records }
    const baseSequence = this.#sequences.get(partition) ?? 0
    const isOwn = as === this.#identity
    if (isOwn) this.#sequences.set(partition, baseSequence + count)
    const producer = { ...as, baseSequence, transactional: this.isTransactional }
    return { bytes: makeBatch(values, producer, this.#nowMs()), identity: as, transaction, records }
  }

  async #send(
    broker: number,
    version: number,
    partition: number,
    records: Buffer,
  ): Promise<ProduceAnswer | undefined> {
    const answer = await this.#client.attempt(broker, produce, version, {
      transactionalId: this.isTransactional ? this.name : null,
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: scheduleTopic, partitionData: [{ index: partition, records }] }],
    })
    return answer?.responses[0]?.partitionResponses[0]
  }

  #leader(partition: number): number {
    return this.#client.kafka.partition(scheduleTopic, partition).leader
  }

  #coordinator(): number {
    return this.#client.kafka.txn(this.name).coordinator
  }

  #anyBroker(): number {
    return this.#leader(0)
  }
}
