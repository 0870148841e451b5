import { toError } from '@headwater/base'
import { toAuthorization } from './authorization.ts'
import { HookRunner } from '../hook-runner.ts'
import { readAnswer } from './read-answer.ts'
import { readBody } from './read-body.ts'
import { RegistryError } from './registry-error.ts'
import type { RegistryHooks, RegistryOperation, RegistryResult } from './registry-hooks.ts'
import type { RegistryServer, ResolvedRegistryOptions } from './registry-options.ts'
import { ServerPool } from './server-pool.ts'

/** One call to the registry. All of them may be repeated without harm: registering gives the same schema the same id. */
export interface RegistryCall {
  readonly operation: RegistryOperation
  readonly method: 'GET' | 'POST'
  /** From the base URL on, segments encoded. */
  readonly path: string
  readonly body?: unknown
}

/** How one attempt ended. */
interface Outcome {
  readonly status?: number | undefined
  readonly value?: unknown
  readonly error?: RegistryError | undefined
  readonly retryAfterMs?: number | undefined
}

/** What a call has behind it. */
interface Progress {
  readonly deadlineMs: number
  readonly asked: Set<RegistryServer>
  attempt: number
  repetitions: number
  /** Whether a token was refused in this call, and asked for anew: once is enough to know. */
  tokenRefused: boolean
}

/**
 * Makes calls: attempts under a deadline each, on one server and then on the next, waits where every server has failed,
 * all inside the deadline of the call.
 */
export class RegistryTransport {
  readonly #options: ResolvedRegistryOptions
  readonly #servers: ServerPool
  readonly #hooks: HookRunner<RegistryHooks>

  constructor(options: ResolvedRegistryOptions) {
    const { servers, clock, hooks, logger } = options
    this.#options = options
    this.#servers = new ServerPool(servers, clock, (failures) => this.#backoffMs(failures))
    this.#hooks = new HookRunner(hooks, logger, 'schema registry')
  }

  /** The answer's JSON value. Throws RegistryError. */
  async call(call: RegistryCall): Promise<unknown> {
    const { clock, timeoutMs } = this.#options
    const progress: Progress = {
      deadlineMs: clock.monotonic() + timeoutMs,
      asked: new Set(),
      attempt: 0,
      repetitions: 0,
      tokenRefused: false,
    }
    for (let server = this.#servers.first(); ;) {
      progress.attempt++
      progress.asked.add(server)
      const request = { operation: call.operation, server: server.url, attempt: progress.attempt }
      const startedMs = clock.monotonic()
      this.#hooks.tell((observer) => observer.onRequest?.(request))
      const outcome = await this.#attempt(call, server, progress)
      const durationMs = clock.monotonic() - startedMs
      const { status, error } = outcome
      if (error === undefined || !error.retriable) this.#servers.succeeded(server)
      // Whoever gives tokens is not the server's fault.
      else if (error.code !== 'REGISTRY_TOKEN_FAILED')
        this.#servers.failed(server, startedMs, outcome.retryAfterMs)
      const turn = error === undefined ? undefined : this.#nextTurn(server, error, progress)
      const result: RegistryResult = { ...request, durationMs, status, error, retryInMs: turn?.waitMs }
      this.#hooks.tell((observer) => observer.onResult?.(result))
      if (error === undefined) return outcome.value
      if (turn === undefined) throw error
      const { attempt } = progress
      this.#options.logger.debug(
        {
          operation: call.operation,
          path: call.path,
          attempt,
          waitMs: turn.waitMs,
          code: error.code,
          status,
        },
        'a schema registry call is repeated',
      )
      if (turn.waitMs > 0) await new Promise<void>((resolve) => void clock.schedule(turn.waitMs, resolve))
      server = turn.server
    }
  }

  /** `undefined`: the call ends with this error. */
  #nextTurn(
    server: RegistryServer,
    error: RegistryError,
    progress: Progress,
  ): { readonly server: RegistryServer; readonly waitMs: number } | undefined {
    if (error.status === 401 && !progress.tokenRefused && hasTokenFunction(server)) {
      progress.tokenRefused = true
      return { server, waitMs: 0 }
    }
    if (!error.retriable) return undefined
    const turn =
      error.code === 'REGISTRY_TOKEN_FAILED'
        ? { server, waitMs: this.#backoffMs(progress.repetitions + 1) }
        : this.#servers.next()
    if (progress.asked.has(turn.server) && ++progress.repetitions > this.#options.retries) return undefined
    return this.#options.clock.monotonic() + turn.waitMs >= progress.deadlineMs ? undefined : turn
  }

  async #attempt(call: RegistryCall, server: RegistryServer, progress: Progress): Promise<Outcome> {
    const { clock, attemptTimeoutMs, fetch } = this.#options
    const where = `${call.method} ${server.url}${call.path}`
    const timeoutMs = Math.max(0, Math.min(attemptTimeoutMs, progress.deadlineMs - clock.monotonic()))
    const deadline = new AbortController()
    const timer = clock.schedule(timeoutMs, () => deadline.abort())
    try {
      const authorization = await untilAborted(
        toAuthorization(server.auth, progress.tokenRefused),
        deadline.signal,
      )
      const response = await fetch(server.url + call.path, {
        method: call.method,
        headers: {
          accept: 'application/vnd.schemaregistry.v1+json, application/json',
          ...(call.body === undefined ? {} : { 'content-type': 'application/vnd.schemaregistry.v1+json' }),
          ...authorization,
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        signal: deadline.signal,
      })
      const text = await readBody(where, response)
      const { status } = response
      const answer = readAnswer(where, status, text)
      if (!(answer instanceof RegistryError)) return { status, value: answer.value }
      return {
        status,
        error: answer,
        retryAfterMs: toRetryAfterMs(response.headers.get('retry-after'), clock.now()),
      }
    } catch (error) {
      return { error: toNetworkError(error, where, deadline.signal.aborted, timeoutMs) }
    } finally {
      timer.cancel()
    }
  }

  /** Half of the growing wait is left to chance, so that clients that failed together do not come back together. */
  #backoffMs(failures: number): number {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#options
    const fullMs = Math.min(retryBackoffMaxMs, retryBackoffMs * 2 ** (failures - 1))
    return fullMs / 2 + (Math.random() * fullMs) / 2
  }
}

const hasTokenFunction = ({ auth }: RegistryServer): boolean =>
  auth !== undefined && 'token' in auth && typeof auth.token === 'function'

/** `fetch` ends by itself when it is aborted; a token function does not know how. */
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const message = 'The token function of the option auth did not answer in time; the call may be repeated'
  return Promise.race([
    promise,
    new Promise<never>((_, reject) => {
      const giveUp = (): void => reject(new RegistryError('REGISTRY_TOKEN_FAILED', message))
      signal.addEventListener('abort', giveUp, { once: true })
    }),
  ])
}

function toNetworkError(thrown: unknown, where: string, timedOut: boolean, timeoutMs: number): RegistryError {
  if (thrown instanceof RegistryError) return thrown
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

/** Seconds or a date (RFC 9110 §10.2.3). */
function toRetryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}
