import { HeadwaterError, systemClock, type Clock } from '@headwater/base'
import { isSafeToRepeat } from './is-safe-to-repeat.ts'
import { jitterShares, type RetryJitter } from './retry-delay.ts'
import type { RetryPolicy } from './retry-policy.ts'

/** A policy with all its values. */
interface ResolvedRetryPolicy {
  readonly maxRetries: number
  readonly baseDelayMs: number
  readonly maxDelayMs: number
  readonly jitter: RetryJitter
  readonly maxElapsedMs: number
  readonly shouldRetry: NonNullable<RetryPolicy['shouldRetry']>
  readonly onRetry: NonNullable<RetryPolicy['onRetry']>
  readonly signal: AbortSignal | undefined
  readonly clock: Clock
}

/** The defaults; the only place that states them. */
export const retryDefaults: ResolvedRetryPolicy = {
  maxRetries: 3,
  baseDelayMs: 1000,
  maxDelayMs: 60_000,
  jitter: 'equal',
  maxElapsedMs: Infinity,
  shouldRetry: ({ error }) => isSafeToRepeat(error),
  onRetry: () => undefined,
  signal: undefined,
  clock: systemClock,
}

/**
 * Fills in the defaults and refuses what cannot work.
 *
 * @throws HeadwaterError `INVALID_OPTIONS`, naming every problem.
 */
export function resolveRetryPolicy(policy: RetryPolicy): ResolvedRetryPolicy {
  if (typeof policy !== 'object' || policy === null)
    throw new HeadwaterError('INVALID_OPTIONS', `the retry policy must be an object, not ${String(policy)}`)
  const given = Object.entries(policy).filter(([, value]) => value !== undefined)
  const resolved: ResolvedRetryPolicy = { ...retryDefaults, ...Object.fromEntries(given) }
  const problems = [...problemsOf(resolved)]
  if (problems.length === 0) return resolved
  throw new HeadwaterError('INVALID_OPTIONS', `the retry policy does not work: ${problems.join('; ')}`)
}

function* problemsOf(policy: ResolvedRetryPolicy): Generator<string> {
  for (const name of Object.keys(policy))
    if (!Object.hasOwn(retryDefaults, name)) yield `${name} is not an option`
  for (const name of ['maxRetries', 'baseDelayMs', 'maxDelayMs', 'maxElapsedMs'] as const) {
    const value: unknown = policy[name]
    if (typeof value !== 'number' || !(value >= 0)) yield `${name} must be 0 or more, not ${String(value)}`
  }
  const { maxRetries, maxElapsedMs, signal, jitter } = policy
  if (maxRetries !== Infinity && !Number.isInteger(maxRetries))
    yield 'maxRetries must be a whole number or Infinity'
  if (maxRetries === Infinity && maxElapsedMs === Infinity && signal === undefined)
    yield 'maxRetries of Infinity needs maxElapsedMs or a signal: it might never end'
  if (!Object.hasOwn(jitterShares, jitter))
    yield `jitter must be one of ${Object.keys(jitterShares).join(', ')}, not ${String(jitter)}`
  for (const name of ['shouldRetry', 'onRetry'] as const)
    if (typeof policy[name] !== 'function') yield `${name} must be a function`
  for (const name of ['monotonic', 'schedule'] as const)
    if (typeof policy.clock?.[name] !== 'function') yield `clock.${name} must be a function`
  if (signal !== undefined && !(signal instanceof AbortSignal)) yield 'signal must be an AbortSignal'
}
