import { setImmediate } from 'node:timers/promises'
import type { ManualClock } from '@headwater/base'
import {
  errorCode,
  kafkaError,
  type AnyApi,
  type KafkaErrorName,
  type RequestInputOf,
  type ResponseOf,
} from '@headwater/protocol'
import type { EmbeddedKafka } from '../src/index.ts'
import type { Fault } from '../src/faults/fault.ts'
import { RawClient } from './raw-client.ts'
import type { StepFault } from './schedule-steps.ts'

/** After so many attempts something is stuck. */
const maxAttempts = 300

/** What a correct client tries again, whichever request it was. */
const retriable: ReadonlySet<number> = new Set([
  errorCode.NOT_LEADER_OR_FOLLOWER,
  errorCode.NOT_ENOUGH_REPLICAS,
  errorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
  errorCode.REQUEST_TIMED_OUT,
  errorCode.KAFKA_STORAGE_ERROR,
  errorCode.CONCURRENT_TRANSACTIONS,
  errorCode.NOT_COORDINATOR,
  errorCode.COORDINATOR_NOT_AVAILABLE,
  errorCode.COORDINATOR_LOAD_IN_PROGRESS,
])

/** What may be ordered for an API: refusals, and errors after it was applied. */
type OrderableErrors = Readonly<Record<'reply' | 'applyThenReply', readonly KafkaErrorName[]>>

const ofCoordinator: OrderableErrors = {
  reply: ['CONCURRENT_TRANSACTIONS', 'NOT_COORDINATOR'],
  applyThenReply: ['COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_LOAD_IN_PROGRESS'],
}

type OrderableApi = 'Produce' | 'AddPartitionsToTxn' | 'EndTxn' | 'InitProducerId'

const orderable: Readonly<Record<OrderableApi, OrderableErrors>> = {
  Produce: {
    reply: ['NOT_LEADER_OR_FOLLOWER', 'NOT_ENOUGH_REPLICAS', 'KAFKA_STORAGE_ERROR'],
    applyThenReply: ['REQUEST_TIMED_OUT', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
  },
  AddPartitionsToTxn: ofCoordinator,
  EndTxn: ofCoordinator,
  InitProducerId: ofCoordinator,
}

/** The connections of one client; it finds brokers again and repeats what failed, as a correct client does. */
export class ScheduleClient {
  readonly kafka: EmbeddedKafka
  readonly #clock: ManualClock
  readonly #clientId: string
  readonly #connections = new Map<number, Promise<RawClient>>()

  constructor(kafka: EmbeddedKafka, clock: ManualClock, clientId: string) {
    this.kafka = kafka
    this.#clock = clock
    this.#clientId = clientId
  }

  /** Orders a fault for the next request of this client. */
  order(api: OrderableApi, fault: StepFault | undefined): Fault | undefined {
    if (fault === undefined || (fault.verb === 'late' && api !== 'Produce')) return undefined
    const on = this.kafka.faults.on(api, { clientId: this.#clientId })
    const unchecked = { unchecked: true } as const
    const named = (verb: 'reply' | 'applyThenReply', at: number): KafkaErrorName => {
      const errors = orderable[api][verb]
      return errors[at % errors.length]!
    }
    if (fault.verb === 'loseRequest') return on.loseRequest()
    if (fault.verb === 'loseResponse') return on.loseResponse()
    if (fault.verb === 'cutResponse') return on.cutResponseAfter(7)
    if (fault.verb === 'late') return on.delayRequest(fault.ms)
    if (fault.verb === 'reply') return on.reply(named('reply', fault.error), unchecked)
    return on.applyThenReply(named('applyThenReply', fault.error), unchecked)
  }

  /** One attempt; nothing when the connection is cut or does not come about. */
  async attempt<A extends AnyApi>(
    broker: number,
    api: A,
    version: number,
    body: RequestInputOf<A>,
  ): Promise<ResponseOf<A> | undefined> {
    const connection = await this.#connection(broker)
    return connection?.trySend(api, version, body, this.#clientId)
  }

  /** Attempts until an answer is a success; throws on an error that a correct client does not meet. */
  async succeed<A extends AnyApi>(
    brokerOf: () => number,
    api: A,
    version: number,
    body: RequestInputOf<A>,
    codeOf: (answer: ResponseOf<A>) => number,
  ): Promise<ResponseOf<A>> {
    for (let attempts = 0; attempts < maxAttempts; attempts++) {
      const answer = await this.attempt(brokerOf(), api, version, body)
      if (answer !== undefined) {
        const code = codeOf(answer)
        if (code === 0) return answer
        this.assertRetriable(code, api.name)
      }
      await this.pause()
    }
    throw new Error(`${this.#clientId}: ${api.name} did not succeed in ${maxAttempts} attempts`)
  }

  assertRetriable(code: number, what: string): void {
    if (!retriable.has(code)) throw new Error(`${this.#clientId}: ${what} met ${kafkaError(code).name}`)
  }

  /** Gives up on everything that is under way at a broker. */
  async hangUp(broker: number): Promise<void> {
    const connection = await this.#connections.get(broker)
    connection?.[Symbol.dispose]()
  }

  /** Time goes on a little before the next attempt. */
  async pause(): Promise<void> {
    await setImmediate()
    this.#clock.advance(1)
  }

  async close(): Promise<void> {
    for (const opening of this.#connections.values()) {
      const connection = await opening.catch(() => undefined)
      connection?.[Symbol.dispose]()
    }
  }

  async #connection(broker: number): Promise<RawClient | undefined> {
    if (broker === -1) return undefined
    const known = this.#connections.get(broker)
    const opening = known ?? RawClient.open(this.kafka.broker(broker).port)
    if (known === undefined) this.#connections.set(broker, opening)
    const forget = (): void => {
      if (this.#connections.get(broker) === opening) this.#connections.delete(broker)
    }
    try {
      const connection = await opening
      if (known === undefined) void connection.closed.then(forget)
      return connection
    } catch {
      // Nobody listens there while the broker is stopped.
      forget()
      return undefined
    }
  }
}
