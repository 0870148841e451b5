import { readFileSync } from 'node:fs'
import { HeadwaterError, ManualClock } from '@headwater/base'
import { KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import {
  DeliveryError,
  isSafeToRepeat,
  retry,
  type FailedOutcome,
  type RetryPolicy,
  type RetryReport,
} from '../src/index.ts'
import { retryDefaults } from '../src/retry/resolve-retry-policy.ts'
import { retryDelayMs } from '../src/retry/retry-delay.ts'

const notSent = (retriable = true): DeliveryError => deliveryError('not-sent', retriable)
const deliveryError = (outcome: FailedOutcome, retriable = true): DeliveryError =>
  new DeliveryError('BUFFER_FULL', 'full', { outcome, topic: 'orders', retriable })

/** Runs a retry on a clock that jumps to whatever is waited for. */
const run = async <Value>(
  attempt: (attempt: number) => Value | Promise<Value>,
  policy: RetryPolicy = {},
): Promise<{ value?: Value; error?: unknown; delays: number[]; timers: number }> => {
  const clock = new ManualClock(1_700_000_000_000)
  const delays: number[] = []
  const onRetry: RetryPolicy['onRetry'] = ({ delayMs }) => {
    delays.push(delayMs)
    setImmediate(() => clock.advance(delayMs))
  }
  const ended = await retry(attempt, { clock, onRetry, ...policy }).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  return { ...ended, delays, timers: clock.pendingTimers }
}
const fails = (): never => {
  throw new Error('mine')
}
const rejects = (async () => fails()) as () => never
const reportOf = (error: unknown): RetryReport => (error as { retry: RetryReport }).retry

describe('retry', () => {
  it('gives what the first attempt that works gives', async () => {
    const attempts: number[] = []
    const { value, delays } = await run((attempt) => {
      attempts.push(attempt)
      if (attempt < 3) throw notSent()
      return 'done'
    })
    expect(value).toBe('done')
    expect(attempts).toEqual([1, 2, 3])
    expect(delays).toHaveLength(2)
  })

  it('throws the last error itself, with the attempts on it', async () => {
    const errors = [notSent(), notSent(), notSent()]
    const { error, timers } = await run(
      (attempt) => {
        throw errors[attempt - 1]!
      },
      { maxRetries: 2, baseDelayMs: 100, jitter: 'none' },
    )
    expect(error).toBe(errors[2])
    expect(error).toMatchObject({ code: 'BUFFER_FULL', attempts: 0, message: 'full' })
    expect(reportOf(error)).toEqual({ attempts: 3, elapsedMs: 300, stoppedBy: 'max-retries' })
    expect(timers).toBe(0)
  })

  it.each<[string, unknown]>([
    ['a frozen error', Object.freeze(new Error('frozen'))],
    ['no error at all', 'text'],
  ])('throws %s as it is', async (_, thrown) => {
    const { error } = await run(() => Promise.reject(thrown as Error), { shouldRetry: () => false })
    expect(error).toBe(thrown)
  })

  it.each<[string, unknown]>([
    ['a send whose outcome is unknown', deliveryError('unknown')],
    ['a send that was rejected', deliveryError('rejected')],
    ['a record that is dead-lettered', deliveryError('dead-lettered')],
    ['a send that will not go better', notSent(false)],
    ['an error that nothing is known of', new TypeError('x is not a function')],
  ])('does not repeat %s', async (_, thrown) => {
    let calls = 0
    const { error } = await run(() => {
      calls++
      throw thrown
    })
    expect(calls).toBe(1)
    expect(error).toBe(thrown)
    expect(reportOf(error)).toEqual({ attempts: 1, elapsedMs: 0, stoppedBy: 'not-repeatable' })
  })

  it('repeats whatever shouldRetry says, and only that', async () => {
    const seen: unknown[] = []
    const { error } = await run(() => Promise.reject(deliveryError('unknown')), {
      maxRetries: 5,
      jitter: 'none',
      shouldRetry: ({ attempt, elapsedMs, error: thrown }) => {
        seen.push([attempt, elapsedMs, (thrown as DeliveryError).outcome])
        return attempt < 3
      },
    })
    expect(seen).toEqual([
      [1, 0, 'unknown'],
      [2, 1000, 'unknown'],
      [3, 3000, 'unknown'],
    ])
    expect(reportOf(error).stoppedBy).toBe('not-repeatable')
  })

  it('waits for a shouldRetry that is asynchronous', async () => {
    // The promise itself was taken for a yes.
    let attempts = 0
    const attempt = (): never => {
      attempts++
      throw notSent()
    }
    const no = await run(attempt, { shouldRetry: async () => false })
    expect(reportOf(no.error)).toMatchObject({ attempts: 1, stoppedBy: 'not-repeatable' })
    const yes = await run(attempt, { shouldRetry: async () => true, maxRetries: 1 })
    expect(reportOf(yes.error)).toMatchObject({ attempts: 2, stoppedBy: 'max-retries' })
    expect(attempts).toBe(3)
  })

  it.each<[string, RetryPolicy, string]>([
    ['shouldRetry that throws', { shouldRetry: fails }, 'not-repeatable'],
    ['shouldRetry that rejects', { shouldRetry: rejects }, 'not-repeatable'],
    ['onRetry that throws', { onRetry: fails, baseDelayMs: 0, maxRetries: 2 }, 'max-retries'],
    ['onRetry that rejects', { onRetry: rejects, baseDelayMs: 0, maxRetries: 2 }, 'max-retries'],
  ])('throws the last error for %s, and warns once of the other', async (_, policy, stoppedBy) => {
    // It was thrown in place of the last error, or ended the process.
    const warnings: string[] = []
    const onWarning = ({ message }: Error): unknown => warnings.push(message)
    process.on('warning', onWarning)
    try {
      const error = notSent()
      await expect(retry(() => Promise.reject(error), policy)).rejects.toBe(error)
      expect(reportOf(error)).toMatchObject({ stoppedBy })
      await new Promise((resolve) => setImmediate(resolve))
      expect(warnings).toEqual([expect.stringMatching(/ failed, .*: mine$/)])
    } finally {
      process.off('warning', onWarning)
    }
  })

  it('doubles the delay up to the maximum', async () => {
    const { delays } = await run(() => Promise.reject(notSent()), {
      maxRetries: 6,
      baseDelayMs: 100,
      maxDelayMs: 1000,
      jitter: 'none',
    })
    expect(delays).toEqual([100, 200, 400, 800, 1000, 1000])
  })

  it.each([
    ['equal', 0.5],
    ['full', 0],
  ] as const)('spreads delays by %s jitter', async (jitter, least) => {
    const policy = { maxRetries: 400, baseDelayMs: 1000, maxDelayMs: 1000, jitter }
    const { delays } = await run(() => Promise.reject(notSent()), policy)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1000 * least)
    expect(Math.min(...delays)).toBeLessThan(1000 * least + 50)
    expect(Math.max(...delays)).toBeLessThanOrEqual(1000)
    expect(Math.max(...delays)).toBeGreaterThan(950)
  })

  it('begins no attempt after maxElapsedMs, and does not wait for it in vain', async () => {
    const { error, delays } = await run(() => Promise.reject(notSent()), {
      maxRetries: Infinity,
      baseDelayMs: 100,
      jitter: 'none',
      maxElapsedMs: 700,
    })
    expect(delays).toEqual([100, 200, 400])
    expect(reportOf(error)).toEqual({ attempts: 4, elapsedMs: 700, stoppedBy: 'max-elapsed' })
  })

  it('stops waiting when it is aborted, and throws the error that it waited for', async () => {
    const clock = new ManualClock(0)
    const aborter = new AbortController()
    const thrown = notSent()
    const onRetry = (): void => void setImmediate(() => aborter.abort(new Error('enough')))
    const ending = retry(() => Promise.reject(thrown), { clock, signal: aborter.signal, onRetry })
    await expect(ending).rejects.toBe(thrown)
    expect(reportOf(thrown)).toMatchObject({ attempts: 1, stoppedBy: 'aborted' })
    expect(clock.pendingTimers).toBe(0)
  })

  it.each(['attempt', 'onRetry'])('makes no further attempt when aborted in %s', async (where) => {
    const aborter = new AbortController()
    let calls = 0
    const abortIn = (place: string): void => {
      if (where === place) aborter.abort()
    }
    const { error, timers } = await run(
      () => {
        calls++
        abortIn('attempt')
        throw notSent()
      },
      { signal: aborter.signal, onRetry: () => abortIn('onRetry') },
    )
    expect(calls).toBe(1)
    expect(reportOf(error).stoppedBy).toBe('aborted')
    expect(timers).toBe(0)
  })

  it('does nothing when it was aborted before', async () => {
    const reason = new Error('too late')
    let calls = 0
    const { error } = await run(() => calls++, { signal: AbortSignal.abort(reason) })
    expect(error).toMatchObject({ code: 'ABORTED', cause: reason })
    expect(calls).toBe(0)
  })

  it.each<[unknown, RegExp]>([
    [{ maxRetries: -1 }, /maxRetries must be 0 or more, not -1/],
    [{ maxRetries: 1.5 }, /maxRetries must be a whole number or Infinity/],
    [{ maxRetries: Infinity }, /needs maxElapsedMs or a signal/],
    [{ baseDelayMs: Number.NaN }, /baseDelayMs must be 0 or more, not NaN/],
    [{ maxDelayMs: '5' }, /maxDelayMs must be 0 or more/],
    [{ maxElapsedMs: null }, /maxElapsedMs must be 0 or more/],
    [{ jitter: 'some' }, /jitter must be one of equal, full, none, not some/],
    [{ shouldRetry: true }, /shouldRetry must be a function/],
    [{ onRetry: 5 }, /onRetry must be a function/],
    [{ signal: {} }, /signal must be an AbortSignal/],
    [{ retries: 5 }, /retries is not an option/],
    [{ clock: {} }, /clock.monotonic must be a function/],
    [null, /the retry policy must be an object, not null/],
    [5, /the retry policy must be an object, not 5/],
  ])('refuses %j', async (policy, message) => {
    await expect(retry(() => 1, policy as RetryPolicy)).rejects.toThrow(message)
    await expect(retry(() => 1, policy as RetryPolicy)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
  })

  it('waits in real time by default', async () => {
    let calls = 0
    const policy = { baseDelayMs: 1, jitter: 'none' } as const
    expect(await retry(() => (++calls < 3 ? Promise.reject(notSent()) : calls), policy)).toBe(3)
  })
})

describe('retryDelayMs', () => {
  it.each([
    [0, 0.5, 1],
    [3, 4, 8],
    [10, 512, 1024],
    [100_000, 5000, 10_000],
  ])('before retry %i is from half to the whole of the doubled base', (retries, least, most) => {
    const policy = { baseDelayMs: 1, maxDelayMs: 10_000, jitter: 'equal' } as const
    expect(retryDelayMs(policy, retries, 0)).toBe(least)
    expect(retryDelayMs(policy, retries, 1)).toBe(most)
  })

  it('is 0 for a base of 0, however often', () => {
    const policy = { baseDelayMs: 0, maxDelayMs: 10, jitter: 'none' } as const
    expect(retryDelayMs(policy, 5000, 0.5)).toBe(0)
  })
})

describe('isSafeToRepeat', () => {
  const wrapped = (cause: unknown): Error => new Error('while handling an order', { cause })
  const protocol = (retriable: boolean): Error =>
    new KafkaJSProtocolError({ type: 'X', code: 5, message: 'x', retriable } as never)
  const aborted = (retriable: boolean): HeadwaterError =>
    new HeadwaterError('TRANSACTION_ABORTED', 'x', { retriable, cause: deliveryError('unknown') })
  const exceeded = (cause: Error): Error =>
    new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 5, retryTime: 100 })

  it.each<[string, unknown, boolean]>([
    ['what was not sent, and is retriable', notSent(), true],
    ['that behind another error', wrapped(wrapped(notSent())), true],
    ['what may have been written', deliveryError('unknown'), false],
    ['that behind another error', wrapped(deliveryError('unknown')), false],
    [
      'that behind an error that calls itself retriable',
      new HeadwaterError('X', 'x', { retriable: true, cause: deliveryError('unknown') }),
      false,
    ],
    // `transaction()` said "retriable", and this said no: a record that was never answered is no danger in what was aborted.
    ['an aborted transaction, whatever became of its records', aborted(true), true],
    ['that behind another error', wrapped(aborted(true)), true],
    [
      'that behind an error that calls itself retriable',
      new HeadwaterError('X', 'x', { retriable: true, cause: aborted(true) }),
      true,
    ],
    ['an aborted transaction that would end the same way', aborted(false), false],
    ['a retriable error that is no send', new HeadwaterError('X', 'x', { retriable: true }), true],
    [
      'an error that is not retriable, whatever led to it',
      new HeadwaterError('X', 'x', { cause: notSent() }),
      false,
    ],
    ['kafkajs’s end of retries, of what is retriable', exceeded(protocol(true)), true],
    ['kafkajs’s end of retries, of what is not', exceeded(protocol(false)), false],
    ['kafkajs’s non-retriable errors', new KafkaJSNonRetriableError('no'), false],
    ['several that are all safe', new AggregateError([notSent(), notSent()]), true],
    ['several of which one is not', new AggregateError([notSent(), deliveryError('unknown')]), false],
    ['several of which there are none', new AggregateError([]), false],
    ['nothing', undefined, false],
    ['a text', 'ECONNREFUSED', false],
  ])('of %s', (_, error, safe) => {
    expect(isSafeToRepeat(error)).toBe(safe)
  })

  it('ends for an error that is its own cause', () => {
    const error = new Error('round and round')
    error.cause = error
    expect(isSafeToRepeat(error)).toBe(false)
  })
})

describe('RetryPolicy', () => {
  it('documents the defaults as they are', () => {
    const source = readFileSync(new URL('../src/retry/retry-policy.ts', import.meta.url), 'utf8')
    for (const name of ['maxRetries', 'baseDelayMs', 'maxDelayMs', 'jitter', 'maxElapsedMs'] as const) {
      const value = retryDefaults[name]
      const text = typeof value === 'string' ? `\`'${value}'\`` : String(value)
      const documented = new RegExp(String.raw`@defaultValue (\S+)\s+\*/\s+readonly ${name}\b`).exec(source)
      expect(`${name} ${documented?.[1]}`).toBe(`${name} ${text}`)
    }
  })
})
