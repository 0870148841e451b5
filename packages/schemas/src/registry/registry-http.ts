import { toError } from '@headwater/base'
import { readAnswer } from './read-answer.ts'
import { RegistryError } from './registry-error.ts'
import type { RegistryAuth, ResolvedRegistryOptions } from './registry-options.ts'

/** One call to the registry. All of them may be repeated without harm. */
export interface RegistryCall {
  readonly method: 'GET' | 'POST'
  /** From the base URL on, segments encoded. */
  readonly path: string
  readonly body?: unknown
}

/** Makes a call: attempts under a deadline each, waits between them, all inside the deadline of the call. */
export async function callRegistry(call: RegistryCall, options: ResolvedRegistryOptions): Promise<unknown> {
  const { clock } = options
  const deadline = clock.monotonic() + options.timeoutMs
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptCall(
      call,
      options,
      Math.min(options.attemptTimeoutMs, deadline - clock.monotonic()),
    )
    if (!('error' in outcome)) return outcome.value
    const { error } = outcome
    const waitMs = outcome.retryAfterMs ?? backoffMs(attempt, options)
    if (!error.retriable || attempt > options.retries || clock.monotonic() + waitMs >= deadline) throw error
    options.logger.debug(
      { method: call.method, path: call.path, attempt, waitMs, code: error.code, status: error.status },
      'a schema registry call is repeated',
    )
    await new Promise<void>((resolve) => void clock.schedule(waitMs, resolve))
  }
}

type Outcome = { readonly value: unknown } | { readonly error: RegistryError; readonly retryAfterMs?: number }

async function attemptCall(
  call: RegistryCall,
  options: ResolvedRegistryOptions,
  timeoutMs: number,
): Promise<Outcome> {
  const where = `${call.method} ${options.url}${call.path}`
  const deadline = new AbortController()
  const timer = options.clock.schedule(timeoutMs, () => deadline.abort())
  try {
    const response = await options.fetch(options.url + call.path, {
      method: call.method,
      headers: {
        accept: 'application/vnd.schemaregistry.v1+json, application/json',
        ...(call.body === undefined ? {} : { 'content-type': 'application/vnd.schemaregistry.v1+json' }),
        ...(await toAuthorization(options.auth)),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: deadline.signal,
    })
    const text = await response.text()
    const answer = readAnswer(where, response.status, text)
    if (!(answer instanceof RegistryError)) return { value: answer.value }
    const retryAfterMs = toRetryAfterMs(response.headers.get('retry-after'), options.clock.now())
    return retryAfterMs === undefined ? { error: answer } : { error: answer, retryAfterMs }
  } catch (error) {
    return { error: toNetworkError(error, where, deadline.signal.aborted, timeoutMs) }
  } finally {
    timer.cancel()
  }
}

function toNetworkError(thrown: unknown, where: string, timedOut: boolean, timeoutMs: number): RegistryError {
  if (timedOut) {
    const message = `The schema registry did not answer ${where} within ${Math.round(timeoutMs)} ms`
    return new RegistryError('REGISTRY_TIMEOUT', message, { cause: thrown })
  }
  // fetch says "fetch failed" and keeps what happened in its cause.
  const cause = toError(thrown)
  const reason = cause.cause instanceof Error ? cause.cause.message || String(cause.cause) : cause.message
  const message = `The schema registry cannot be reached for ${where}: ${reason}`
  return new RegistryError('REGISTRY_UNREACHABLE', message, { cause: thrown })
}

/** Half of the growing wait is left to chance, so that clients that failed together do not come back together. */
function backoffMs(attempt: number, options: ResolvedRegistryOptions): number {
  const fullMs = Math.min(options.retryBackoffMaxMs, options.retryBackoffMs * 2 ** (attempt - 1))
  return fullMs / 2 + (Math.random() * fullMs) / 2
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function toRetryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

async function toAuthorization(auth: RegistryAuth | undefined): Promise<Record<string, string>> {
  if (auth === undefined) return {}
  if ('token' in auth) {
    const token = typeof auth.token === 'string' ? auth.token : await auth.token()
    return { authorization: `Bearer ${token}` }
  }
  return { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}` }
}
