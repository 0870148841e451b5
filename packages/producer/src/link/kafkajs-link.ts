import { toError, type Clock, type Logger, type Timer } from '@headwater/base'
import { responseBody, type AnyApi } from '@headwater/protocol'
import { formatBrokerAddress } from './broker-address.ts'
import type { GuardedConnection } from './guarded-connection.ts'
import { LinkError, type BrokerAddress, type Link, type LinkSendOptions } from './link.ts'
import { createRequestFramer, type RequestFramer } from './request-framer.ts'

/** The part of a SASL session's life after which a Link should be replaced. Java's client takes 85 to 95 %. */
const sessionShare = 0.85

const noBytes = new Uint8Array(0)

interface PendingRequest {
  readonly deadlineMs: number
  readonly timeoutMs: number
  readonly apiName: string
  /** Whether the operating system may have got any of its bytes. */
  sent: boolean
  readonly resolve: (body: Uint8Array) => void
  readonly reject: (error: LinkError) => void
}

/** A Link over a kafkajs connection that is through with its handshake. */
export class KafkajsLink implements Link {
  readonly address: BrokerAddress
  readonly versions: ReadonlyMap<number, readonly [oldest: number, newest: number]>
  readonly replaceAtMs: number | undefined

  readonly #connection: GuardedConnection
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #frame: RequestFramer
  readonly #pending = new Set<PendingRequest>()
  /** Requests that wait in the socket's own buffer, behind a write which the operating system has not taken yet. */
  #buffered: PendingRequest[] = []
  #state: Link['state'] = 'open'
  #closeReason: Error | undefined
  #listeners: ((error: Error | undefined) => void)[] = []
  #deadline: { readonly atMs: number; readonly timer: Timer } | undefined
  #drained: () => void = () => undefined
  #ending: Promise<void> | undefined

  constructor(connection: GuardedConnection, deps: { readonly clock: Clock; readonly logger: Logger }) {
    this.address = connection.address
    this.versions = connection.versions
    this.#connection = connection
    this.#clock = deps.clock
    this.#logger = deps.logger
    this.#frame = createRequestFramer(connection.clientId)
    const { session } = connection
    this.replaceAtMs =
      session === undefined
        ? undefined
        : deps.clock.monotonic() + session.leftMs - (1 - sessionShare) * session.lifetimeMs
    connection.onFault = (fault) => this.#die(fault, fault)
  }

  get state(): Link['state'] {
    return this.#state
  }

  get pending(): number {
    return this.#pending.size
  }

  pick(api: AnyApi): number {
    const broker = this.versions.get(api.key)
    const [oldest, newest] = api.versions
    if (broker !== undefined) {
      const version = Math.min(newest, broker[1])
      if (version >= Math.max(oldest, broker[0])) return version
    }
    const theirs = broker === undefined ? 'does not know it' : `takes v${broker[0]} to v${broker[1]}`
    throw new LinkError(
      'LINK_UNSUPPORTED_API',
      `${api.name}: this client speaks v${oldest} to v${newest}, and the broker at ` +
        `${formatBrokerAddress(this.address)} ${theirs}. Use a broker or a release of Headwater that fits the other.`,
      { sent: false },
    )
  }

  send(
    api: AnyApi,
    version: number,
    body: readonly Uint8Array[],
    { timeoutMs, expectResponse = true }: LinkSendOptions,
  ): Promise<Uint8Array> {
    if (this.#state !== 'open') {
      const message = `the connection to the broker at ${formatBrokerAddress(this.address)} is ${this.#state} and takes no requests`
      return Promise.reject(new LinkError('LINK_CLOSED', message, { sent: false, cause: this.#closeReason }))
    }
    return new Promise((resolve, reject) => {
      const request: PendingRequest = {
        deadlineMs: this.#clock.monotonic() + timeoutMs,
        timeoutMs,
        apiName: api.name,
        sent: this.#connection.bufferedBytes === 0,
        resolve,
        reject,
      }
      this.#pending.add(request)
      if (!request.sent) this.#buffered.push(request)
      this.#watchDeadline(request.deadlineMs)
      const correlationId = this.#connection.nextCorrelationId()
      this.#connection.write(
        { apiKey: api.key, apiName: api.name, apiVersion: version, correlationId },
        this.#frame(api, version, correlationId, body),
        expectResponse ? this.#onWritten : (error) => this.#onSentOff(request, error),
        expectResponse ? (payload) => this.#onAnswer(request, api, version, payload) : undefined,
      )
    })
  }

  end(timeoutMs: number): Promise<void> {
    this.#ending ??= this.#end(timeoutMs)
    return this.#ending
  }

  destroy(error: Error): void {
    this.#dieOf(error, `was given up: ${error.message}`)
  }

  onClose(listener: (error: Error | undefined) => void): void {
    if (this.#state === 'closed') queueMicrotask(() => this.#tell(listener))
    else this.#listeners.push(listener)
  }

  async #end(timeoutMs: number): Promise<void> {
    if (this.#state === 'open') this.#state = 'ending'
    if (this.#pending.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = this.#clock.schedule(timeoutMs, resolve)
        this.#drained = () => {
          timer.cancel()
          resolve()
        }
      })
    }
    this.#dieOf(undefined, `was ended, and no answer came within ${timeoutMs} ms`)
    await this.#connection.closed
  }

  #dieOf(reason: Error | undefined, what: string): void {
    if (this.#state === 'closed') return
    const message = `the connection to the broker at ${formatBrokerAddress(this.address)} ${what}`
    const fault = new LinkError('LINK_CLOSED', message, { sent: false, cause: reason })
    this.#connection.onFault = () => this.#die(fault, reason)
    this.#connection.destroy(fault)
  }

  /** The one way out: everything that is pending rejects together, before anybody is told. */
  #die(fault: LinkError, reason: Error | undefined): void {
    this.#state = 'closed'
    this.#closeReason = reason
    this.#deadline?.timer.cancel()
    this.#deadline = undefined
    this.#buffered = []
    const pending = [...this.#pending]
    this.#pending.clear()
    for (const { sent, reject } of pending) {
      reject(new LinkError(fault.code, fault.message, { sent, cause: fault.cause }))
    }
    this.#drained()
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) this.#tell(listener)
  }

  #tell(listener: (error: Error | undefined) => void): void {
    try {
      listener(this.#closeReason)
    } catch (thrown) {
      this.#logger.error({ err: toError(thrown) }, 'a listener for the end of a connection threw')
    }
  }

  /**
   * Node hands everything that it buffered to the operating system in the same step in which it reports the write
   * before; so with the first such report nothing that waited can be called unsent any more.
   */
  readonly #onWritten = (error?: Error | null): void => {
    if (error || this.#buffered.length === 0) return
    for (const request of this.#buffered) request.sent = true
    this.#buffered = []
  }

  #onSentOff(request: PendingRequest, error?: Error | null): void {
    this.#onWritten(error)
    if (!error) this.#settle(request, noBytes)
  }

  #onAnswer(request: PendingRequest, api: AnyApi, version: number, payload: Uint8Array): void {
    let body: Uint8Array
    try {
      body = responseBody(api, version, payload)
    } catch (thrown) {
      const cause = toError(thrown)
      const message = `the broker at ${formatBrokerAddress(this.address)} answered ${api.name} v${version} with a broken header: ${cause.message}`
      this.#connection.destroy(new LinkError('LINK_PROTOCOL_VIOLATION', message, { sent: true, cause }))
      return
    }
    this.#settle(request, body)
  }

  #settle(request: PendingRequest, body: Uint8Array): void {
    if (!this.#pending.delete(request)) return
    request.resolve(body)
    if (this.#pending.size === 0) this.#drained()
  }

  /** One timer, for the earliest deadline; it is not moved for every answer, but looks around when it fires. */
  #watchDeadline(atMs: number): void {
    if (this.#deadline !== undefined && this.#deadline.atMs <= atMs) return
    this.#deadline?.timer.cancel()
    const delayMs = Math.max(0, atMs - this.#clock.monotonic())
    this.#deadline = { atMs, timer: this.#clock.schedule(Math.ceil(delayMs), () => this.#onDeadline()) }
  }

  #onDeadline(): void {
    this.#deadline = undefined
    const next = this.#earliest()
    if (next === undefined) return
    if (next.deadlineMs > this.#clock.monotonic()) {
      this.#watchDeadline(next.deadlineMs)
      return
    }
    // When the process itself stood still (a long computation, a suspended machine), timers run before sockets are
    // read, and the answer may lie there. Let one round of reading pass first.
    setImmediate(() => setImmediate(() => this.#expire()))
  }

  #expire(): void {
    const next = this.#earliest()
    if (next === undefined || this.#state === 'closed') return
    if (next.deadlineMs > this.#clock.monotonic()) {
      this.#watchDeadline(next.deadlineMs)
      return
    }
    const message =
      `the broker at ${formatBrokerAddress(this.address)} did not answer ${next.apiName} within ${next.timeoutMs} ms; ` +
      'the connection is given up, with all that was pending on it'
    this.#connection.destroy(new LinkError('LINK_REQUEST_TIMEOUT', message, { sent: true }))
  }

  #earliest(): PendingRequest | undefined {
    let earliest: PendingRequest | undefined
    for (const request of this.#pending) {
      if (earliest === undefined || request.deadlineMs < earliest.deadlineMs) earliest = request
    }
    return earliest
  }
}
