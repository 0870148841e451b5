import { toError } from '@headwater/base'
import {
  decodeResponse,
  encodeRequest,
  errorCode,
  kafkaError,
  metadata as metadataApi,
  type ResponseOf,
} from '@headwater/protocol'
import type { BrokerAddress } from '../link/link.ts'
import type { BrokerConnections } from './broker-connections.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { retryBackoff } from './retry-backoff.ts'

/** What is known of a topic. */
export interface TopicMetadata {
  readonly name: string
  /** Tells a topic that was deleted and created again from its namesake (KIP-516); zeros from brokers before 2.8. */
  readonly topicId: string
  /** Leader and leader epoch by partition; leader -1 where there is none. */
  readonly partitions: readonly { leaderId: number; leaderEpoch: number }[]
  /** Monotonic milliseconds at which the question was put whose answer this is. */
  readonly askedMs: number
}

/** What the store tells its owner, and asks of it. */
export interface MetadataListener {
  /** A broker answered a question put at this moment of the monotonic clock; what it said of topics was told before. */
  onAnswer(askedMs: number): void
  /** A topic is known, or known better. */
  onTopic(topic: TopicMetadata): void
  /** A topic is another one now: it was deleted, and created again under its name. */
  onRecreated(topic: string): void
  /** A topic cannot be had, and will not be by asking again. */
  onTopicRefused(topic: string, errorCode: number): void
  /** Nobody could be asked; `error` says why. */
  onUnreachable(error: Error): void
  /** Whether records of a topic wait for anything. */
  needs(topic: string): boolean
  /** A topic was unused for long, or is gone: nothing is known of it any more. */
  onForgotten(topic: string): void
}

type MetadataResponse = ResponseOf<typeof metadataApi>

/** A topic that was asked for. */
interface Entry {
  known: TopicMetadata | undefined
  /** Kafka's latest complaint about it, 0 for none. */
  complaint: number
  usedSinceAsked: boolean
  idleSinceMs: number
}

/** Topics that nobody uses for this long are forgotten. Kafka: `metadata.max.idle.ms`. */
const maxIdleMs = 300_000
/** A broker that cannot answer this soon is no help; another is asked instead. */
const maxAnswerMs = 5000
/** The newest version that the store was written for. */
const newestMetadata = 12

/** Metadata of the topics in use, asked for by our own Metadata requests: one bad topic never hurts another. */
export class MetadataStore {
  readonly #topics = new Map<string, Entry>()
  readonly #connections: BrokerConnections
  readonly #options: ResolvedOptions
  readonly #listener: MetadataListener
  #asking = false
  #askAgain = false
  /** Questions in a row that nobody answered, or whose answer left something open. */
  #failures = 0
  #timer: { cancel(): void; readonly dueMs: number } | undefined
  #closed = false
  /** Why nobody could be asked the last time. */
  lastFailure: Error | undefined

  constructor(connections: BrokerConnections, options: ResolvedOptions, listener: MetadataListener) {
    this.#connections = connections
    this.#options = options
    this.#listener = listener
  }

  /** What a send needs to know of a topic; asks for it when nothing is known. */
  topic(name: string): TopicMetadata | undefined {
    const entry = this.#topics.get(name)
    if (entry === undefined) {
      this.askAgain(name)
      return undefined
    }
    entry.usedSinceAsked = true
    return entry.known
  }

  /** What is known of a topic. */
  known(name: string): TopicMetadata | undefined {
    return this.#topics.get(name)?.known
  }

  /** Kafka's latest complaint about a topic, if it has one. */
  complaint(name: string): number | undefined {
    return this.#topics.get(name)?.complaint || undefined
  }

  /** Asks for a topic, whatever is known of it. */
  askAgain(name: string): void {
    if (!this.#topics.has(name)) {
      const idleSinceMs = this.#options.clock.monotonic()
      this.#topics.set(name, { known: undefined, complaint: 0, usedSinceAsked: true, idleSinceMs })
    }
    this.refresh()
  }

  /** Asks now, or as soon as the question under way is answered. */
  refresh(): void {
    if (this.#closed) return
    if (this.#asking) {
      this.#askAgain = true
      return
    }
    this.#timer?.cancel()
    this.#timer = undefined
    void this.#ask()
  }

  /** Asks after the back-off, unless that is planned already. */
  refreshSoon(): void {
    this.#plan(retryBackoff(this.#options, Math.max(1, this.#failures)))
  }

  /** Takes a leader that a broker named in an error (KIP-951). */
  applyLeader(topic: string, partition: number, leaderId: number, leaderEpoch: number): boolean {
    const known = this.known(topic)?.partitions[partition]
    if (known === undefined || leaderId < 0 || leaderEpoch <= known.leaderEpoch) return false
    known.leaderId = leaderId
    known.leaderEpoch = leaderEpoch
    return true
  }

  close(): void {
    this.#closed = true
    this.#timer?.cancel()
    this.#timer = undefined
  }

  async #ask(): Promise<void> {
    this.#asking = true
    this.#askAgain = false
    const askedMs = this.#options.clock.monotonic()
    this.#forgetUnused(askedMs)
    const topics = [...this.#topics.keys()]
    let response: MetadataResponse | undefined
    let askedOf: BrokerAddress | undefined
    try {
      const link = await this.#connections.any()
      askedOf = link.address
      const version = Math.min(link.pick(metadataApi), newestMetadata)
      const body = encodeRequest(metadataApi, version, {
        topics: topics.map((name) => ({ name })),
        allowAutoTopicCreation: false,
      })
      const timeoutMs = Math.min(this.#options.requestTimeoutMs, maxAnswerMs)
      response = decodeResponse(
        metadataApi,
        version,
        await link.send(metadataApi, version, body, { timeoutMs }),
      )
    } catch (thrown) {
      this.lastFailure = toError(thrown)
    }
    this.#asking = false
    if (this.#closed) return
    if (response === undefined || askedOf === undefined) {
      this.#failures++
      this.#listener.onUnreachable(this.lastFailure!)
      this.refreshSoon()
      return
    }
    const complete = this.#apply(response, askedMs, askedOf)
    this.#failures = complete ? 0 : this.#failures + 1
    if (!complete) this.refreshSoon()
    if (this.#askAgain) this.refresh()
    else this.#plan(this.#options.metadataMaxAgeMs)
  }

  /** @returns whether nothing was left open. */
  #apply(response: MetadataResponse, askedMs: number, askedOf: BrokerAddress): boolean {
    this.lastFailure = undefined
    this.#connections.updateBrokers(response.brokers, askedOf)
    let complete = true
    for (const { name, ...topic } of response.topics) {
      if (name === null || !this.#topics.has(name)) continue
      const code =
        topic.errorCode === 0 && topic.partitions.length === 0
          ? errorCode.LEADER_NOT_AVAILABLE
          : topic.errorCode
      if (code !== 0) {
        if (this.#complain(name, code)) complete = false
        continue
      }
      const merged = this.#merge({ ...topic, name }, askedMs)
      if (merged.partitions.some((partition) => partition.leaderId < 0)) complete = false
      this.#listener.onTopic(merged)
    }
    this.#listener.onAnswer(askedMs)
    return complete
  }

  /** @returns whether the topic must be asked for again soon. */
  #complain(name: string, code: number): boolean {
    this.#topics.get(name)!.complaint = code
    const { retriable } = kafkaError(code)
    if (!retriable) this.#listener.onTopicRefused(name, code)
    if (this.#listener.needs(name)) return retriable
    this.#forget(name)
    return false
  }

  /** A broker that lags behind must not undo what a later election decided: the higher leader epoch wins (KIP-320). */
  #merge(answered: MetadataResponse['topics'][number] & { name: string }, askedMs: number): TopicMetadata {
    const { name, topicId } = answered
    const entry = this.#topics.get(name)!
    const before = entry.known
    const known = before?.topicId === topicId ? before : undefined
    if (before !== undefined && known === undefined) this.#listener.onRecreated(name)
    const partitions: { leaderId: number; leaderEpoch: number }[] = []
    for (const { partitionIndex, leaderId, leaderEpoch } of answered.partitions) {
      const own = known?.partitions[partitionIndex]
      const stale = own !== undefined && leaderEpoch >= 0 && leaderEpoch < own.leaderEpoch
      partitions[partitionIndex] = stale ? own : { leaderId, leaderEpoch }
    }
    entry.complaint = 0
    entry.known = { name, topicId, partitions, askedMs }
    return entry.known
  }

  #forgetUnused(nowMs: number): void {
    for (const [name, entry] of this.#topics) {
      if (entry.usedSinceAsked || this.#listener.needs(name)) {
        entry.usedSinceAsked = false
        entry.idleSinceMs = nowMs
      } else if (nowMs - entry.idleSinceMs >= maxIdleMs) {
        this.#forget(name)
      }
    }
  }

  #forget(name: string): void {
    this.#topics.delete(name)
    this.#listener.onForgotten(name)
  }

  #plan(delayMs: number): void {
    if (this.#closed || this.#asking) return
    const dueMs = this.#options.clock.monotonic() + delayMs
    if (this.#timer !== undefined && this.#timer.dueMs <= dueMs) return
    this.#timer?.cancel()
    const timer = this.#options.clock.schedule(delayMs, () => {
      this.#timer = undefined
      this.refresh()
    })
    this.#timer = { cancel: () => timer.cancel(), dueMs }
  }
}
