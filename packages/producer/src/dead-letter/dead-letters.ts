import { catchRejection } from '../catch-rejection.ts'
import type { Fallback, FailedRecord } from '../engine/fallback.ts'
import type { ResolvedOptions } from '../engine/resolve-options.ts'
import { optionsOfTopic } from '../engine/resolve-topics.ts'
import { isTopicName, topicNameRule } from '../engine/topic-name.ts'
import { DeliveryError, type DeadLetter } from '../delivery-error.ts'
import type { Producer, SendResult } from '../producer.ts'
import { deservesDeadLetter } from './dead-letter-kind.ts'
import type { RejectedRecord, TopicDeadLetterPolicy } from './dead-letter-policy.ts'
import { toDeadLetter } from './to-dead-letter.ts'

/**
 * The policy `onRejected`: writes records that were refused to a dead-letter topic, through a producer of its own that is
 * made when the first is. A record whose dead letter stands is `dead-lettered`; one whose dead letter was refused, too,
 * stays `rejected`, with both errors. Either way its sender hears that it was not delivered.
 */
export class DeadLetters implements Fallback {
  readonly #options: ResolvedOptions
  readonly #makeProducer: () => Producer
  readonly #underWay = new Set<Promise<SendResult>>()
  #producer: Producer | undefined
  #closed = false

  constructor(options: ResolvedOptions, makeProducer: () => Producer) {
    this.#options = options
    this.#makeProducer = makeProducer
  }

  accepts(error: DeliveryError): boolean {
    const policy = this.#policyOf(error.topic)
    return policy !== undefined && policy.topic !== error.topic && deservesDeadLetter(error) && !this.#closed
  }

  take(failed: FailedRecord): Promise<SendResult> {
    const taken = this.#take(failed)
    this.#underWay.add(taken)
    void taken.finally(() => this.#underWay.delete(taken))
    return taken
  }

  async close(timeoutMs: number): Promise<void> {
    this.#closed = true
    await this.#producer?.close({ timeoutMs })
    await Promise.all(this.#underWay)
  }

  async #take({ error, record }: FailedRecord): Promise<SendResult> {
    const rejected: RejectedRecord = { topic: error.topic, record, error }
    const policy = this.#policyOf(error.topic)!
    const topic = deadLetterTopic(policy, rejected)
    // There are no dead letters of dead letters.
    if (topic === error.topic) return { status: 'rejected', error }
    if (topic instanceof DeliveryError) return end(error, { error: topic })
    const { service } = policy
    const letter = toDeadLetter(rejected, { topic, service, nowMs: this.#options.clock.now() })
    this.#producer ??= this.#makeProducer()
    // Encoded, or copied, before this returns: the record may lie in memory that is used again.
    const result = await this.#producer.trySend(letter)
    return end(error, result.error === undefined ? { receipt: result.receipt } : { error: result.error })
  }

  #policyOf(topic: string): TopicDeadLetterPolicy | undefined {
    return optionsOfTopic(this.#options, topic).onRejected
  }
}

/** Where a dead letter goes, or why that cannot be said. */
function deadLetterTopic({ topic }: TopicDeadLetterPolicy, rejected: RejectedRecord): string | DeliveryError {
  if (typeof topic === 'string') return topic
  const unusable = (problem: string, cause?: unknown): DeliveryError => {
    const message = `onRejected.topic ${problem}; it must give a topic's name: ${topicNameRule}`
    return new DeliveryError('INVALID_RECORD_INPUT', message, { outcome: 'rejected', topic: '', cause })
  }
  try {
    const chosen: unknown = topic(rejected)
    // Not waited for: its record may lie in memory that is used again.
    if (catchRejection(chosen, () => undefined)) return unusable('gave a promise')
    return isTopicName(chosen) ? chosen : unusable('gave no name of a topic')
  } catch (thrown) {
    return unusable('threw', thrown)
  }
}

/** How a record ends whose dead letter ended like this. */
function end(error: DeliveryError, deadLetter: DeadLetter): SendResult {
  const { code, message, topic, partition, attempts, cause } = error
  const at = { topic, partition, attempts, deadLetter }
  if ('receipt' in deadLetter) {
    const { receipt } = deadLetter
    const where = `it is a dead letter now: ${receipt.topic}, partition ${receipt.partition}, offset ${String(receipt.offset)}`
    // Not retriable: whoever sends it again has it twice, since somebody takes care of the letter.
    const options = { ...at, outcome: 'dead-lettered', retriable: false, cause } as const
    return { status: 'dead-lettered', error: new DeliveryError(code, `${message} (${where})`, options) }
  }
  const second = deadLetter.error
  const both = `${message} (nor could its dead letter be written: ${second.message})`
  const causes = cause === undefined ? second : new AggregateError([cause, second], both)
  const options = { ...at, outcome: 'rejected', retriable: error.retriable, cause: causes } as const
  return { status: 'rejected', error: new DeliveryError(code, both, options) }
}
