import { HeadwaterError, silentLogger, systemClock, type Clock, type Logger } from '@headwater/base'
import { compressionTypes, type CompressionType } from '@headwater/protocol'
import type { DeadLetterPolicy } from '../dead-letter/dead-letter-policy.ts'
import { deadLetterProblems, deadLetterTuning } from '../dead-letter/resolve-dead-letters.ts'
import type { ProducerHooks } from '../hooks.ts'
import { defaultClientId } from '../link/default-client-id.ts'
import type { Partitioner } from '../partitioner/partitioner.ts'
import type { ProducerTuning } from '../producer-options.ts'
import { resolveSpool, spoolProblems, type ResolvedSpoolOptions } from '../spool/spool-options.ts'
import { lentProblems } from './lent-problems.ts'
import { resolveTopics } from './resolve-topics.ts'

/** Every option with its value; the engine reads nothing else. */
export interface ResolvedOptions {
  readonly acks: 'all' | 1 | 0
  readonly lingerMs: number
  readonly batchSize: number
  readonly bufferMemory: number
  readonly maxWaitingBytes: number
  readonly maxBlockMs: number
  readonly deliveryTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly maxInFlightRequestsPerConnection: number
  readonly enableIdempotence: boolean
  readonly compressionType: CompressionType
  readonly maxRequestSize: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly metadataMaxAgeMs: number
  /** `undefined` for a producer without transactions. */
  readonly transactionalId: string | undefined
  readonly transactionTimeoutMs: number
  readonly partitioner: Partitioner | undefined
  /** What becomes of records that are refused; a topic's has no limits of its own. */
  readonly onRejected: DeadLetterPolicy | undefined
  /** What becomes of records that cannot be sent for want of the cluster. */
  readonly onUnavailable: ResolvedSpoolOptions | undefined
  /** All options of the topics that have some of their own. */
  readonly topics: ReadonlyMap<string, ResolvedOptions>
  readonly hooks: readonly ProducerHooks[]
  /** Whether what the hooks see is published by `node:diagnostics_channel`, too. */
  readonly published: boolean
  /** How brokers know this client; `undefined` when it was not told to us. */
  readonly clientId: string | undefined
  readonly logger: Logger
  readonly clock: Clock
}

/** The defaults; the only place that states them. `maxWaitingBytes` follows `bufferMemory` when it is not given. */
export const defaults: Omit<ResolvedOptions, (typeof undefaulted)[number] | 'published' | 'clientId'> = {
  acks: 'all',
  lingerMs: 0,
  batchSize: 65536,
  bufferMemory: 33554432,
  maxBlockMs: 60000,
  deliveryTimeoutMs: 120000,
  requestTimeoutMs: 30000,
  maxInFlightRequestsPerConnection: 5,
  enableIdempotence: true,
  compressionType: 'none',
  maxRequestSize: 1048576,
  retryBackoffMs: 100,
  retryBackoffMaxMs: 1000,
  metadataMaxAgeMs: 300000,
  transactionTimeoutMs: 60000,
}

/** Options whose default is nothing, follows another option, or is no plain value. */
const undefaulted = [
  'maxWaitingBytes',
  'transactionalId',
  'partitioner',
  'onRejected',
  'onUnavailable',
  'topics',
  'hooks',
  'logger',
  'clock',
] as const

const maxInt32 = 0x7fffffff
type NumericOption = {
  [Name in keyof ResolvedOptions]: ResolvedOptions[Name] extends number ? Name : never
}[keyof ResolvedOptions]

/** What each number may be, and why not less or more. */
const bounds: Readonly<Record<NumericOption, readonly [least: number, most: number, why: string]>> = {
  lingerMs: [0, maxInt32, 'a wait'],
  batchSize: [0, maxInt32, 'Kafka counts bytes in 32 bits; 0 sends every record alone'],
  bufferMemory: [1, Number.MAX_SAFE_INTEGER, 'it must hold a record'],
  maxWaitingBytes: [0, Number.MAX_SAFE_INTEGER, '0 lets no send wait'],
  maxBlockMs: [0, maxInt32, 'a wait'],
  deliveryTimeoutMs: [1, maxInt32, 'a record needs time to be sent'],
  requestTimeoutMs: [1, maxInt32, 'a request needs time to be answered'],
  maxInFlightRequestsPerConnection: [1, 1000, 'at least one request must be under way'],
  maxRequestSize: [128, maxInt32, 'an empty batch takes 61 bytes'],
  retryBackoffMs: [0, maxInt32, 'a wait'],
  retryBackoffMaxMs: [0, maxInt32, 'a wait'],
  metadataMaxAgeMs: [1, maxInt32, 'a wait'],
  transactionTimeoutMs: [1, maxInt32, 'a transaction needs time to be written'],
}

/** The window of batches in which a broker recognises a duplicate (Java: `ProducerStateEntry.NUM_BATCHES_TO_RETAIN`). */
const idempotentWindow = 5

/**
 * Fills in the defaults and refuses what cannot work.
 *
 * @throws HeadwaterError `INVALID_OPTIONS`, naming every problem.
 */
export function resolveOptions(options: ProducerTuning): ResolvedOptions {
  if (typeof options !== 'object' || options === null)
    throw new HeadwaterError(
      'INVALID_OPTIONS',
      `a producer's options must be an object, not ${String(options)}`,
    )
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const { hooks, topics: policies, ...rest } = given as ProducerTuning
  const merged = {
    maxWaitingBytes: rest.bufferMemory ?? defaults.bufferMemory,
    logger: silentLogger,
    clock: systemClock,
    transactionalId: undefined,
    partitioner: undefined,
    onRejected: undefined,
    ...defaults,
    ...rest,
    onUnavailable: resolveSpool(rest.onUnavailable, rest.deliveryTimeoutMs ?? defaults.deliveryTimeoutMs),
    topics: new Map(),
    published: true,
    clientId: undefined,
    hooks: hooks === undefined ? [] : Array.isArray(hooks) ? [...hooks] : [hooks],
  } as ResolvedOptions
  const problemsOf = (some: ResolvedOptions): string[] => [...outOfBounds(some), ...contradictions(some)]
  const { topics, problems: topicProblems } = resolveTopics(policies, merged, problemsOf)
  const problems = [...unknownNames(given), ...lentProblems(given), ...problemsOf(merged), ...topicProblems]
  problems.push(...spoolProblems(merged.onUnavailable, merged))
  if (problems.length === 0) problems.push(...limitProblems(merged))
  if (problems.length > 0) {
    throw new HeadwaterError('INVALID_OPTIONS', `the producer's options do not work: ${problems.join('; ')}`)
  }
  return { ...merged, topics, clientId: clientIdOf(given) }
}

/** A kafkajs client, and Links of somebody's own, keep it to themselves. */
function clientIdOf({ connection }: Readonly<Record<string, unknown>>): string | undefined {
  if (connection === undefined) return undefined
  return (connection as { readonly clientId?: string | undefined }).clientId ?? defaultClientId
}

/** The names that are no tuning: how the cluster is reached. */
const connectionNames = ['connection', 'kafka', 'links']

/** A misspelt option that is silently ignored is found in production; so is one of another client. */
function* unknownNames(given: object): Generator<string> {
  const known = new Set([...Object.keys(defaults), ...undefaulted, ...connectionNames])
  for (const name of Object.keys(given)) if (!known.has(name)) yield `${name} is not an option`
}

/** The producer of the dead letters must work, too; better to know it before there are any. */
function* limitProblems(options: ResolvedOptions): Generator<string> {
  if (options.onRejected === undefined) return
  try {
    resolveOptions(deadLetterTuning(options, options.onRejected.limits))
  } catch (thrown) {
    yield `onRejected.limits: ${(thrown as Error).message}`
  }
}

function* outOfBounds(options: ResolvedOptions): Generator<string> {
  for (const [name, [least, most, why]] of Object.entries(bounds)) {
    const value: unknown = options[name as NumericOption]
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      yield `${name} must be a whole number from ${least} to ${most} (${why}), not ${String(value)}`
    }
  }
}

function* contradictions(options: ResolvedOptions): Generator<string> {
  if (typeof options.enableIdempotence !== 'boolean')
    yield `enableIdempotence must be true or false, not ${String(options.enableIdempotence)}`
  if (options.partitioner !== undefined && typeof options.partitioner !== 'function')
    yield 'partitioner must be a function'
  yield* transactionContradictions(options)
  yield* deadLetterProblems(options)
  if (!['all', 1, 0].includes(options.acks)) yield `acks must be 'all', 1 or 0, not ${String(options.acks)}`
  if (!Object.hasOwn(compressionTypes, options.compressionType)) {
    yield `compressionType must be one of ${Object.keys(compressionTypes).join(', ')}, not ${String(options.compressionType)}`
  }
  if (options.enableIdempotence && options.acks !== 'all') {
    yield `acks ${String(options.acks)} contradicts idempotence: use acks 'all', or set enableIdempotence to false`
  }
  if (options.enableIdempotence && options.maxInFlightRequestsPerConnection > idempotentWindow) {
    yield `maxInFlightRequestsPerConnection above ${idempotentWindow} contradicts idempotence: brokers remember ${idempotentWindow} batches`
  }
  const least = options.lingerMs + options.requestTimeoutMs
  if (options.deliveryTimeoutMs < least) {
    yield `deliveryTimeoutMs (${options.deliveryTimeoutMs}) is below lingerMs + requestTimeoutMs (${least}): one attempt would not fit`
  }
}

/** Bytes, as the protocol's strings count theirs with 16 bits. */
const longestText = 32_767

function* transactionContradictions(options: ResolvedOptions): Generator<string> {
  const { transactionalId } = options
  if (transactionalId === undefined) return
  if (typeof transactionalId !== 'string' || transactionalId === '')
    yield `transactionalId must be a text that is not empty, not ${JSON.stringify(transactionalId)}`
  else if (Buffer.byteLength(transactionalId) > longestText)
    yield `transactionalId has ${Buffer.byteLength(transactionalId)} bytes; Kafka takes ${longestText}`
  if (!options.enableIdempotence) yield 'transactionalId needs idempotence: leave enableIdempotence on'
  if (options.acks !== 'all') yield `transactionalId needs acks 'all', not ${String(options.acks)}`
  // A record that is saved elsewhere when its transaction fails would be seen without the others of that transaction.
  const given = new Map<string, unknown>(Object.entries(options))
  for (const policy of ['onRejected', 'onUnavailable']) {
    if (given.get(policy) !== undefined)
      yield `${policy} contradicts transactionalId: a transaction is written as a whole or not at all`
  }
}
