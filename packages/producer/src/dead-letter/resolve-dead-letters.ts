import type { ResolvedOptions } from '../engine/resolve-options.ts'
import { isTopicName, topicNameRule } from '../engine/topic-name.ts'
import type { ProducerTuning } from '../producer-options.ts'
import type { DeadLetterLimits, DeadLetterPolicy } from './dead-letter-policy.ts'

const limitNames: Readonly<Record<keyof DeadLetterLimits, true>> = {
  maxRequestSize: true,
  bufferMemory: true,
  maxWaitingBytes: true,
  maxBlockMs: true,
  deliveryTimeoutMs: true,
  requestTimeoutMs: true,
  compressionType: true,
}
const policyNames: Readonly<Record<keyof DeadLetterPolicy, true>> = {
  topic: true,
  service: true,
  limits: true,
}

/** What a dead letter's headers take beyond those of its record, generously. */
const headerBytes = 8192
const bufferMemory = 8 * 1024 * 1024
const deliveryTimeoutMs = 30_000

/** The options of the producer that writes the dead letters of another. */
export function deadLetterTuning(producer: ResolvedOptions, limits: DeadLetterLimits = {}): ProducerTuning {
  const maxRequestSize = limits.maxRequestSize ?? Math.min(producer.maxRequestSize + headerBytes, 0x7fffffff)
  const deliveryMs = limits.deliveryTimeoutMs ?? Math.max(deliveryTimeoutMs, producer.requestTimeoutMs)
  return {
    acks: producer.acks,
    enableIdempotence: producer.enableIdempotence,
    maxInFlightRequestsPerConnection: producer.maxInFlightRequestsPerConnection,
    retryBackoffMs: producer.retryBackoffMs,
    retryBackoffMaxMs: producer.retryBackoffMaxMs,
    metadataMaxAgeMs: producer.metadataMaxAgeMs,
    logger: producer.logger,
    clock: producer.clock,
    maxRequestSize,
    bufferMemory: limits.bufferMemory ?? Math.max(bufferMemory, maxRequestSize),
    maxWaitingBytes: limits.maxWaitingBytes,
    maxBlockMs: limits.maxBlockMs ?? producer.maxBlockMs,
    deliveryTimeoutMs: deliveryMs,
    requestTimeoutMs: limits.requestTimeoutMs ?? Math.min(producer.requestTimeoutMs, deliveryMs),
    compressionType: limits.compressionType ?? producer.compressionType,
  }
}

/** What is wrong with a policy, but for the values of its limits. */
export function* deadLetterProblems(options: ResolvedOptions): Generator<string> {
  const policy: unknown = options.onRejected
  if (policy === undefined) return
  if (typeof policy !== 'object' || policy === null) {
    yield "onRejected must be a policy such as { topic: 'orders.dlq' }"
    return
  }
  for (const name of Object.keys(policy))
    if (!Object.hasOwn(policyNames, name)) yield `onRejected.${name} is not an option`
  const { topic, service, limits } = policy as DeadLetterPolicy
  if (typeof topic !== 'function' && !isTopicName(topic))
    yield `onRejected.topic must be a function or a topic's name (${topicNameRule}), not ${String(topic)}`
  if (service !== undefined && (typeof service !== 'string' || service === ''))
    yield `onRejected.service must be a name, not ${String(service)}`
  if (limits !== undefined && (typeof limits !== 'object' || limits === null))
    yield 'onRejected.limits must be an object'
  for (const name of Object.keys(limits ?? {}))
    if (!Object.hasOwn(limitNames, name)) yield `onRejected.limits.${name} is not an option`
  if (options.acks === 0) yield 'onRejected contradicts acks 0: nobody hears what brokers refuse'
}
