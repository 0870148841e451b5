import { toError } from '@headwater/base'
import { assertAwaited, gaveUp } from './abortable.ts'
import { Authorizer, type Authorization } from './authorization.ts'
import { followRedirects } from './follow-redirects.ts'
import { onDeadline, pause, type Deadline } from './deadline.ts'
import { HookRunner } from '../hook-runner.ts'
import { onAbort } from './on-abort.ts'
import { readAnswer } from './read-answer.ts'
import { readBody } from './read-body.ts'
import { RegistryError } from './registry-error.ts'
import type { RegistryHooks, RegistryOperation, RegistryResult } from './registry-hooks.ts'
import type { RegistryServer, ResolvedRegistryOptions } from './registry-options.ts'
import { ServerPool, type Turn } from './server-pool.ts'

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
  readonly deadline: Deadline
  readonly asked: Set<RegistryServer>
  attempt: number
  repetitions: number
  /** What the last attempt was to be let in with. */
  authorization: Authorization | undefined
  /** The same, once the registry did not let it in; until there is another. */
  refused: Authorization | undefined
  /** Whether a token was asked for anew in this call: once is enough to know. */
  isRenewed: boolean
}

/**
 * Asks: attempts under a deadline each, on one server and then on the next, waits where every server has failed, all
 * inside the deadline of whoever waits for the answer.
 */
export class RegistryTransport {
  readonly #options: ResolvedRegistryOptions
  readonly #servers: ServerPool
  readonly #authorizer = new Authorizer()
  readonly #hooks: HookRunner<RegistryHooks>

  constructor(options: ResolvedRegistryOptions) {
    const { servers, clock, hooks, logger } = options
    this.#options = options
    this.#servers = new ServerPool(servers, clock, (failures) => this.#backoffMs(failures))
    this.#hooks = new HookRunner(hooks, logger, 'schema registry')
  }

  /** The answer's JSON value, with what it answers. Throws RegistryError. */
  async call(
    call: RegistryCall,
    deadline: Deadline,
  ): Promise<{ readonly answer: unknown; readonly what: string }> {
    const { clock } = this.#options
    assertAwaited(deadline.gone)
    if (clock.monotonic() >= deadline.at()) throw outOfTime(call, this.#options)
    const progress: Progress = {
      deadline,
      asked: new Set(),
      attempt: 0,
      repetitions: 0,
      authorization: undefined,
      refused: undefined,
      isRenewed: false,
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
      // Neither who gives tokens nor who gives up says anything of the server.
      if (error?.code !== 'REGISTRY_TOKEN_FAILED' && error?.code !== 'REGISTRY_ABORTED') {
        if (error === undefined || !isOfTheServer(error)) this.#servers.succeeded(server)
        else this.#servers.failed(server, startedMs, outcome.retryAfterMs)
      }
      const turn = error === undefined ? undefined : this.#nextTurn(server, error, progress)
      const result: RegistryResult = { ...request, durationMs, status, error, retryInMs: turn?.waitMs }
      this.#hooks.tell((observer) => observer.onResult?.(result))
      if (error === undefined) return { answer: outcome.value, what: `${call.method} ${call.path}` }
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
      if (turn.waitMs > 0) await pause(clock, turn.waitMs, deadline.gone)
      assertAwaited(deadline.gone)
      server = turn.server
    }
  }

  /** `undefined`: the call ends with this error. */
  #nextTurn(server: RegistryServer, error: RegistryError, progress: Progress): Turn | undefined {
    if (error.status === 401 && !progress.isRenewed && hasTokenFunction(server)) {
      progress.isRenewed = true
      progress.refused = progress.authorization
      return { server, waitMs: 0 }
    }
    if (error.code === 'REGISTRY_TOKEN_FAILED') {
      const waitMs = this.#backoffMs(progress.repetitions + 1)
      return this.#withinLimits({ server, waitMs }, progress)
    }
    if (!isOfTheServer(error)) return undefined
    const turn = this.#servers.next()
    // What is no registry will not be one in a second.
    if (!error.retriable && progress.asked.has(turn.server)) return undefined
    return this.#withinLimits(turn, progress)
  }

  #withinLimits(turn: Turn, progress: Progress): Turn | undefined {
    if (progress.asked.has(turn.server) && ++progress.repetitions > this.#options.retries) return undefined
    return this.#options.clock.monotonic() + turn.waitMs >= progress.deadline.at() ? undefined : turn
  }

  async #attempt(call: RegistryCall, server: RegistryServer, progress: Progress): Promise<Outcome> {
    const { clock, attemptTimeoutMs } = this.#options
    const where = `${call.method} ${server.url}${call.path}`
    const startedMs = clock.monotonic()
    const { gone } = progress.deadline
    const end = new AbortController()
    const forget = onAbort(gone, () => end.abort())
    const timer = onDeadline(
      clock,
      () => Math.min(startedMs + attemptTimeoutMs, progress.deadline.at()),
      () => end.abort(),
    )
    try {
      progress.authorization = await untilAborted(
        this.#authorizer.authorize(server.auth, progress.refused, end.signal),
        end.signal,
        tokenTimeout,
      )
      progress.refused = undefined
      // Node's fetch ends by itself when it is aborted; one that was given may not.
      return await untilAborted(
        this.#ask(call, server, where, progress.authorization.headers, end.signal),
        end.signal,
        () => end.signal.reason,
      )
    } catch (error) {
      if (gone?.aborted === true) return { error: gaveUp(gone) }
      return { error: toNetworkError(error, where, end.signal.aborted, clock.monotonic() - startedMs) }
    } finally {
      forget()
      timer.cancel()
    }
  }

  async #ask(
    call: RegistryCall,
    server: RegistryServer,
    where: string,
    authorization: Authorization['headers'],
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { clock, fetch } = this.#options
    const init = {
      method: call.method,
      headers: {
        accept: 'application/vnd.schemaregistry.v1+json, application/json',
        ...(call.body === undefined ? {} : { 'content-type': 'application/vnd.schemaregistry.v1+json' }),
        ...authorization,
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal,
    }
    const response = await followRedirects({ fetch, base: server.url, path: call.path, init })
    const text = await readBody(where, response)
    const { status } = response
    const answer = readAnswer(where, status, text)
    if (!(answer instanceof RegistryError)) return { status, value: answer.value }
    return {
      status,
      error: answer,
      retryAfterMs: toRetryAfterMs(response.headers.get('retry-after'), clock.now()),
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

/** Whether another server may do better: this one is down or overloaded, or a page stands in its place. */
const isOfTheServer = (error: RegistryError): boolean =>
  error.retriable || error.code === 'REGISTRY_BAD_ANSWER'

/** Leaves what does not end by itself when it is aborted. */
async function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
  toReason: () => unknown,
): Promise<Value> {
  const aborted = Promise.withResolvers<never>()
  const giveUp = (): void => aborted.reject(toReason())
  if (signal.aborted) giveUp()
  else signal.addEventListener('abort', giveUp, { once: true })
  return Promise.race([promise, aborted.promise])
}

function tokenTimeout(): RegistryError {
  const message = 'The token function of the option auth did not answer in time; the call may be repeated'
  return new RegistryError('REGISTRY_TOKEN_FAILED', message)
}

/** What a call asks first took all of its time: a schema's references may be many, and their servers slow. */
function outOfTime({ method, path }: RegistryCall, { timeoutMs }: ResolvedRegistryOptions): RegistryError {
  const message = `The ${timeoutMs} ms of the call were over before it came to ${method} ${path}: what was answered is remembered, the call may be repeated`
  return new RegistryError('REGISTRY_TIMEOUT', message)
}

function toNetworkError(thrown: unknown, where: string, timedOut: boolean, tookMs: number): RegistryError {
  if (thrown instanceof RegistryError) return thrown
  if (timedOut) {
    const message = `The schema registry did not answer ${where} within ${Math.round(tookMs)} ms`
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
