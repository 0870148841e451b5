import { toError } from '@headwater/base'
import {
  decodeResponse,
  encodeRequest,
  kafkaError,
  metadata as metadataApi,
  type ResponseOf,
} from '@headwater/protocol'
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

/** What the store tells its owner. */
export interface MetadataListener {
  /** A broker answered; what it said of topics was told before. */
  onAnswer(): void
  /** A topic is known, or known better. */
  onTopic(topic: TopicMetadata): void
  /** A topic that sends wait for cannot be had; `retriable`: it is asked for again. */
  onTopicError(topic: string, errorCode: number, askedMs: number): void
  /** Nobody could be asked; `error` says why. */
  onUnreachable(error: Error): void
}

type MetadataResponse = ResponseOf<typeof metadataApi>

/** Metadata of the topics in use, asked for by our own Metadata requests: one bad topic never hurts another. */
export class MetadataStore {
  readonly #topics = new Map<string, TopicMetadata>()
  /** Topics to ask for: those in use, and those that sends wait for. */
  readonly #wanted = new Set<string>()
  readonly #connections: BrokerConnections
  readonly #options: ResolvedOptions
  readonly #listener: MetadataListener
  #asking = false
  #askAgain = false
  #failures = 0
  #timer: { cancel(): void; readonly dueMs: number } | undefined
  #closed = false
  /** Whether an answer ever came. */
  ready = false

  constructor(connections: BrokerConnections, options: ResolvedOptions, listener: MetadataListener) {
    this.#connections = connections
    this.#options = options
    this.#listener = listener
  }

  /** What is known of a topic; asks for it when nothing is. */
  topic(name: string): TopicMetadata | undefined {
    const known = this.#topics.get(name)
    if (known === undefined && !this.#wanted.has(name)) this.want(name)
    return known
  }

  /** Asks for a topic, again if need be. */
  want(name: string): void {
    this.#wanted.add(name)
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
    const known = this.#topics.get(topic)?.partitions[partition]
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
    const topics = [...this.#wanted]
    try {
      const link = await this.#connections.any()
      const version = Math.min(link.pick(metadataApi), 12)
      const body = encodeRequest(metadataApi, version, {
        topics: topics.map((name) => ({ name })),
        allowAutoTopicCreation: false,
      })
      const bytes = await link.send(metadataApi, version, body, {
        timeoutMs: Math.min(this.#options.requestTimeoutMs, maxMetadataWaitMs),
      })
      this.#failures = 0
      this.#asking = false
      if (!this.#closed) this.#apply(decodeResponse(metadataApi, version, bytes), askedMs)
    } catch (thrown) {
      this.#asking = false
      this.#failures++
      if (this.#closed) return
      this.#listener.onUnreachable(toError(thrown))
      this.refreshSoon()
      return
    }
    if (this.#askAgain) this.refresh()
    else this.#plan(this.#options.metadataMaxAgeMs)
  }

  #apply(response: MetadataResponse, askedMs: number): void {
    this.ready = true
    this.#connections.updateBrokers(response.brokers)
    let incomplete = false
    for (const topic of response.topics) {
      if (topic.name === null) continue
      if (topic.errorCode !== 0) {
        incomplete ||= kafkaError(topic.errorCode).retriable
        this.#listener.onTopicError(topic.name, topic.errorCode, askedMs)
        continue
      }
      const merged = this.#merge({ ...topic, name: topic.name }, askedMs)
      incomplete ||= merged.partitions.some((partition) => partition.leaderId < 0)
      this.#listener.onTopic(merged)
    }
    this.#listener.onAnswer()
    if (incomplete) {
      this.#failures++
      this.refreshSoon()
    }
  }

  /** A broker that lags behind must not undo what a later election decided: the higher leader epoch wins (KIP-320). */
  #merge(answered: MetadataResponse['topics'][number] & { name: string }, askedMs: number): TopicMetadata {
    const { name, topicId } = answered
    const before = this.#topics.get(name)
    const known = before?.topicId === topicId ? before : undefined
    const partitions: { leaderId: number; leaderEpoch: number }[] = []
    for (const { partitionIndex, leaderId, leaderEpoch } of answered.partitions) {
      const own = known?.partitions[partitionIndex]
      const stale = own !== undefined && leaderEpoch >= 0 && leaderEpoch < own.leaderEpoch
      partitions[partitionIndex] = stale ? own : { leaderId, leaderEpoch }
    }
    const topic = { name, topicId, partitions, askedMs }
    this.#topics.set(name, topic)
    return topic
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

/** A broker that cannot answer this soon is no help; another is asked instead. */
const maxMetadataWaitMs = 5000
