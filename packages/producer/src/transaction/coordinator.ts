import { HeadwaterError, toError } from '@headwater/base'
import {
  decodeResponse,
  encodeRequest,
  findCoordinator,
  kafkaError,
  type AnyApi,
  type RequestInputOf,
  type ResponseOf,
} from '@headwater/protocol'
import type { BrokerConnections } from '../engine/broker-connections.ts'
import type { ResolvedOptions } from '../engine/resolve-options.ts'
import { retryBackoff } from '../engine/retry-backoff.ts'
import { LinkError, type BrokerAddress } from '../link/link.ts'
import { coordinatorVerdict, mayBeDone, type CoordinatorVerdict } from './coordinator-verdict.ts'
import type { Pauses } from './pauses.ts'

/** FindCoordinator's numbers for what is coordinated. */
const keyTypes = { group: 0, transaction: 1 } as const
/** The newest version that this was written for; up to v3 it takes one key, from v4 on a list. */
const newestFindCoordinator = 4
/**
 * The markers of a transaction take some milliseconds, and whoever begins the next one at once meets them; the usual
 * back-off would make each transaction that much longer (Java: `ADD_PARTITIONS_RETRY_BACKOFF_MS`).
 */
const markersBackoffMs = 10

/** An attempt that has less time for its answer would only be written, and leave its fate open. */
const leastAnswerMs = 50

/** What coordinators are asked with. */
export interface CoordinatorContext {
  readonly connections: BrokerConnections
  readonly options: ResolvedOptions
  readonly pauses: Pauses
}

/** One question to a coordinator. */
export interface Question<Target extends AnyApi> {
  readonly api: Target
  /** The newest version that the caller was written for. */
  readonly newest: number
  /** The request; made for every attempt, since an answer may have left only a part of it open. */
  request(): RequestInputOf<Target>
  /** The error code that counts. */
  codeOf(answer: ResponseOf<Target>): number
  /** Monotonic milliseconds at which to give up. */
  readonly deadlineMs: number
  /** Whether nobody wants to know any more; asked between attempts, and heeded unless one of them may have done it. */
  pointless?(): boolean
}

/** How a question ended. */
export interface Answered<Target extends AnyApi> {
  /** What the answer means; `late` when none that decides it came in time, or before the producer was closed. */
  readonly verdict: Exclude<CoordinatorVerdict, 'again' | 'find-again'> | 'late'
  readonly answer?: ResponseOf<Target>
  /** Kafka's error, or the last failure; the verdict `done` has none. */
  readonly error: HeadwaterError
  /** Whether an attempt may have done what was asked: it was written, and its answer was lost or meant "perhaps". */
  readonly uncertain: boolean
}

/** The broker that coordinates a transactional id or a group: finds it, asks it, and finds it again when it moves. */
export class Coordinator {
  readonly #context: CoordinatorContext
  readonly #type: keyof typeof keyTypes
  readonly #key: string
  #address: BrokerAddress | undefined

  constructor(context: CoordinatorContext, type: keyof typeof keyTypes, key: string) {
    this.#context = context
    this.#type = type
    this.#key = key
  }

  /** Asks until there is an answer that asking again would not change, or until the deadline. Never rejects. */
  async ask<Target extends AnyApi>(question: Question<Target>): Promise<Answered<Target>> {
    const { options, pauses } = this.#context
    const { clock } = options
    let uncertain = false
    let error: HeadwaterError = new HeadwaterError(
      'NOT_READY',
      `the coordinator of the ${this.#type} was not asked in time`,
      {
        retriable: true,
      },
    )
    for (let failures = 0, last = false; ; failures++) {
      if (failures > 0) {
        const usualMs = retryBackoff(options, failures)
        const backoffMs =
          error.code === 'CONCURRENT_TRANSACTIONS' ? Math.min(usualMs, markersBackoffMs) : usualMs
        const leftMs = question.deadlineMs - clock.monotonic()
        last = backoffMs + leastAnswerMs >= leftMs
        await pauses.for(Math.max(0, Math.min(backoffMs, leftMs)))
      }
      const pointless = !uncertain && question.pointless?.() === true
      if (last || pointless || pauses.closed || clock.monotonic() >= question.deadlineMs) {
        return { verdict: 'late', error, uncertain }
      }
      try {
        const address = (this.#address ??= await this.#find(question.deadlineMs))
        if (address === undefined) continue
        const answer = await this.#put(question, address, () => {
          uncertain = true
        })
        if (answer === undefined) continue
        const code = question.codeOf(answer)
        const verdict = coordinatorVerdict(code)
        if (verdict === 'find-again') this.#address = undefined
        else if (verdict !== 'again') return { verdict, answer, error: this.#explain(code), uncertain }
        if (mayBeDone(code)) uncertain = true
        error = this.#explain(code)
      } catch (thrown) {
        // The connection failed: the coordinator may be elsewhere when its broker comes back.
        this.#address = undefined
        error =
          thrown instanceof HeadwaterError
            ? thrown
            : new HeadwaterError('NOT_READY', `the coordinator's answer cannot be read`, {
                cause: toError(thrown),
              })
        if (!error.retriable) return { verdict: 'refused', error, uncertain }
      }
    }
  }

  /** @returns nothing when the deadline came first. */
  async #put<Target extends AnyApi>(
    question: Question<Target>,
    address: BrokerAddress,
    onWritten: () => void,
  ): Promise<ResponseOf<Target> | undefined> {
    const { connections, options, pauses } = this.#context
    const { api, newest, deadlineMs } = question
    const link = await pauses.until(connections.to(address), deadlineMs)
    if (link === undefined) return undefined
    const version = Math.min(link.pick(api), newest)
    const body = encodeRequest<Target>(api, version, question.request())
    // Not cut short by the deadline: a Link dies of a timeout, and others use it, too.
    const sending = link.send(api, version, body, { timeoutMs: options.requestTimeoutMs })
    try {
      const bytes = await pauses.until(sending, deadlineMs)
      if (bytes === undefined) onWritten()
      return bytes === undefined ? undefined : decodeResponse(api, version, bytes)
    } catch (thrown) {
      if (!(thrown instanceof LinkError) || thrown.sent) onWritten()
      throw thrown
    }
  }

  /** @returns nothing when the deadline came first. */
  async #find(deadlineMs: number): Promise<BrokerAddress | undefined> {
    const { connections, options, pauses } = this.#context
    const link = await pauses.until(connections.any(), deadlineMs)
    if (link === undefined) return undefined
    const version = Math.min(link.pick(findCoordinator), newestFindCoordinator)
    const body = encodeRequest(findCoordinator, version, {
      key: this.#key,
      keyType: keyTypes[this.#type],
      coordinatorKeys: [this.#key],
    })
    const sending = link.send(findCoordinator, version, body, { timeoutMs: options.requestTimeoutMs })
    const bytes = await pauses.until(sending, deadlineMs)
    if (bytes === undefined) return undefined
    const answer = decodeResponse(findCoordinator, version, bytes)
    const found = answer.coordinators[0] ?? answer
    if (found.errorCode !== 0) throw this.#explain(found.errorCode)
    return { host: found.host, port: found.port }
  }

  #explain(code: number): HeadwaterError {
    const { name, message, retriable } = kafkaError(code)
    const what = `the coordinator of the ${this.#type} ${JSON.stringify(this.#key)} answered ${name}: ${message}`
    return new HeadwaterError(name, what, { retriable })
  }
}
