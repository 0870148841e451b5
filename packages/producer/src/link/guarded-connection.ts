import type { Duplex } from 'node:stream'
import { toError, type Clock, type Logger } from '@headwater/base'
import { connectionFailure, type ConnectionPhase } from './connection-failure.ts'
import { FrameGuard } from './frame-guard.ts'
import {
  kafkajsConnectionOf,
  type KafkajsBroker,
  type KafkajsCluster,
  type KafkajsConnection,
  type KafkajsConnectionPool,
  type KafkajsLogger,
} from './kafkajs-cluster.ts'
import { kafkajsLogger } from './kafkajs-logger.ts'
import type { BrokerAddress, LinkError } from './link.ts'
import { createOAuthBearerProvider } from './oauth-bearer.ts'
import { copyKafkajsSasl } from './own-sasl.ts'

const quiet = (): void => undefined

/** Far more than any deadline of ours and less than the 2^31 - 1 at which Node's timers give up: kafkajs's never fire. */
const neverMs = 2_000_000_000

/**
 * How long a connection is silent before the operating system asks whether the peer is still there. Node gives up after
 * ten more seconds without an answer, so a connection to a machine that is gone without a word is found dead before the
 * next record meets it; and gateways that forget silent connections are kept from it (the usual limit is 350 s).
 */
const keepAliveDelayMs = 30_000

/**
 * One kafkajs connection that is used once. It dies of the first fault, whatever it is, and tells exactly once. kafkajs
 * does the handshake, correlates the answers and splits the frames; what it would get wrong is taken from it:
 *
 * - It does not notice a socket that closes without `end` or `error`, and after `end` it rejects what is pending with
 *   errors that do not tell why. Our listeners sit on the socket before its own.
 * - Its timeouts leave the connection "connected", and cannot be shortened. They are off.
 * - Its queue would hold requests back when throttled, and starts a timer with a negative delay for each answer
 *   (kafkajs #1751). Nothing ever waits there; throttling is the engine's.
 * - Its frame parser believes any length, and it only warns of an answer that nobody asked for. Both end the connection.
 *
 * What stays kafkajs's: an answer that comes in several chunks is joined by a copy (a producer's answers are small), and
 * its ApiVersions request is v2, so brokers do not learn this client's name and version (KIP-511).
 */
export class GuardedConnection {
  readonly address: BrokerAddress
  /** Settles when no socket is left. */
  readonly closed: Promise<void>
  /** Told once, synchronously, of the fault that ended the connection. */
  onFault: (fault: LinkError) => void = quiet

  readonly #connection: KafkajsConnection
  readonly #broker: KafkajsBroker
  readonly #logger: KafkajsLogger
  readonly #frames = new FrameGuard()
  #socket: Duplex | undefined
  #socketClosed: () => void = quiet
  #fault: LinkError | undefined
  #isConnected = false
  #isOpen = false
  #answered = false
  #tokenFailure: Error | undefined

  constructor(cluster: KafkajsCluster, pool: KafkajsConnectionPool, address: BrokerAddress, logger: Logger) {
    this.address = address
    this.#logger = kafkajsLogger(logger, () => this.#fault !== undefined)
    this.#connection = kafkajsConnectionOf(pool)
    this.#takeOver(pool)
    this.#broker = cluster.brokerPool.createBroker({
      connectionPool: pool,
      logger: this.#logger,
      versions: null,
    })
    this.closed = new Promise((resolve) => (this.#socketClosed = resolve))
  }

  /** What ended the connection. */
  get fault(): LinkError | undefined {
    return this.#fault
  }

  /** The name that goes into every request's header. */
  get clientId(): string {
    return this.#connection.clientId
  }

  /** What the broker answered to ApiVersions on this very connection. */
  get versions(): ReadonlyMap<number, readonly [oldest: number, newest: number]> {
    return new Map(
      Object.entries(this.#broker.versions ?? {}).map(([key, { minVersion, maxVersion }]) => [
        Number(key),
        [minVersion, maxVersion],
      ]),
    )
  }

  /** Milliseconds that the SASL session lasts from now on, and its whole life; `undefined` for a session without end. */
  get session(): { readonly leftMs: number; readonly lifetimeMs: number } | undefined {
    const lifetimeMs = Number(this.#connection.sessionLifetime.toString())
    const { authenticatedAt } = this.#connection
    if (authenticatedAt === null || !(lifetimeMs > 0)) return undefined
    const [seconds, nanoseconds] = process.hrtime(authenticatedAt)
    return { leftMs: lifetimeMs - seconds * 1000 - nanoseconds / 1e6, lifetimeMs }
  }

  /** Bytes that the socket has taken but not yet handed to the operating system. */
  get bufferedBytes(): number {
    return this.#socket?.writableLength ?? 0
  }

  /** TCP, TLS, ApiVersions and SASL, all within `timeoutMs` milliseconds since a moment of the monotonic clock. */
  async connect(timeoutMs: number, clock: Clock, sinceMs: number = clock.monotonic()): Promise<void> {
    const leftMs = Math.max(0, Math.ceil(timeoutMs - (clock.monotonic() - sinceMs)))
    const deadline = clock.schedule(leftMs, () => {
      this.destroy(connectionFailure(this, { kind: 'timeout', phase: this.#phase, timeoutMs }))
    })
    try {
      await new Promise<void>((resolve, reject) => {
        this.onFault = reject
        this.#broker.connect().then(resolve, (thrown: unknown) => {
          const cause = this.#tokenFailure ?? toError(thrown)
          const kind = this.#tokenFailure === undefined ? 'refused' : 'token'
          this.destroy(connectionFailure(this, { kind, phase: this.#phase, cause }))
        })
      })
    } finally {
      deadline.cancel()
    }
    this.#isOpen = true
  }

  /** The next id for a request; kafkajs counts its own handshake with it, too. */
  nextCorrelationId(): number {
    return this.#connection.nextCorrelationId()
  }

  /**
   * Writes a frame before it returns.
   *
   * @param entry - kafkajs's own name for who waits for the answer
   * @param onWritten - called when the operating system has taken the frame, or with the error that prevented it
   */
  write(
    entry: { apiKey: number; apiName: string; apiVersion: number; correlationId: number },
    frame: readonly Uint8Array[],
    onWritten: (error?: Error | null) => void,
    onAnswer: ((payload: Uint8Array) => void) | undefined,
  ): void {
    const socket = this.#socket!
    this.#connection.requestQueue.push({
      entry: {
        ...entry,
        resolve: ({ payload }) => {
          if (payload !== null) onAnswer?.(payload)
        },
        // kafkajs rejects when the socket failed, which was told before; anything else would be a fault, too.
        reject: (cause) => this.#close(cause),
      },
      expectResponse: onAnswer !== undefined,
      sendRequest: () => {
        if (frame.length === 1) {
          socket.write(frame[0]!, onWritten)
          return
        }
        socket.cork()
        for (let index = 0; index < frame.length - 1; index++) socket.write(frame[index]!)
        socket.write(frame.at(-1)!, onWritten)
        socket.uncork()
      },
    })
  }

  /** Ends the connection. The first fault counts, later ones are its echo. */
  destroy(fault: LinkError): void {
    if (this.#fault !== undefined) return
    this.#fault = fault
    this.onFault(fault)
    // With an error, or kafkajs would not notice: it then clears its connect timer and forgets what is in flight.
    if (this.#socket === undefined) this.#socketClosed()
    else this.#socket.destroy(fault)
  }

  get #phase(): ConnectionPhase {
    if (this.#isOpen) return 'open'
    if (!this.#isConnected) return 'connect'
    return this.#broker.versions === null ? 'versions' : 'sasl'
  }

  #close(cause?: Error): void {
    this.destroy(
      connectionFailure(this, {
        kind: 'closed',
        phase: this.#phase,
        cause,
        tls: Boolean(this.#connection.ssl),
        sasl: Boolean(this.#connection.sasl),
        answered: this.#answered,
      }),
    )
  }

  #violation(what: string): void {
    this.destroy(connectionFailure(this, { kind: 'violation', phase: this.#phase, what }))
  }

  #takeOver(pool: KafkajsConnectionPool): void {
    const connection = this.#connection
    const queue = connection.requestQueue
    connection.logger = this.#logger
    connection.connectionTimeout = neverMs
    // A Link is replaced, never re-authenticated in mid-stream.
    connection.reauthenticationThreshold = 0
    if (connection.sasl) {
      pool.sasl = connection.sasl = this.#ownSasl(connection.sasl)
    }

    queue.logger = this.#logger
    queue.enforceRequestTimeout = false
    queue.maxInFlightRequests = null
    queue.maybeThrottle = quiet
    queue.scheduleCheckPendingRequests = quiet

    const makeSocket = connection.socketFactory
    connection.socketFactory = ({ onConnect, ...request }) => {
      if (this.#fault !== undefined) throw this.#fault
      const socket = makeSocket({
        ...request,
        onConnect: () => {
          this.#isConnected = true
          onConnect()
        },
      })
      this.#watch(socket)
      return socket
    }

    const parse = connection.processData.bind(connection)
    connection.processData = (bytes) => {
      if (this.#fault !== undefined) return
      // The oldest form of SASL exchanges bare tokens, which may be empty.
      const complaint = this.#frames.check(bytes, connection.authHandlers ? 0 : 4)
      if (complaint === undefined) parse(bytes)
      else this.#violation(complaint)
    }

    const fulfill = queue.fulfillRequest.bind(queue)
    queue.fulfillRequest = (response) => {
      if (this.#fault !== undefined) return
      if (!queue.inflight.has(response.correlationId)) {
        this.#violation(`an answer has the correlation id ${response.correlationId}, which no request has`)
        return
      }
      if (this.#isOpen) this.#answered = true
      fulfill(response)
    }
  }

  #watch(
    socket: Duplex & {
      setNoDelay?: () => unknown
      setKeepAlive?: (on: boolean, delayMs: number) => unknown
    },
  ): void {
    this.#socket = socket
    // A request must not wait for the acknowledgement of the one before it (Nagle); Kafka's own client says so, too.
    socket.setNoDelay?.()
    socket.setKeepAlive?.(true, keepAliveDelayMs)
    socket.on('error', (cause) => this.#close(cause))
    socket.on('end', () => this.#close())
    socket.on('timeout', () => this.#close())
    socket.once('close', () => {
      this.#close()
      this.#socketClosed()
    })
  }

  /** A token function that fails is no refusal by the broker, and kafkajs would not let us tell the two apart. */
  #ownSasl(shared: object): object {
    const { oauthBearerProvider: provide, ...sasl } = copyKafkajsSasl(shared)
    if (typeof provide !== 'function') return sasl
    const ask = async (): Promise<{ value: string }> => {
      try {
        return await (provide as () => Promise<{ value: string }>)()
      } catch (thrown) {
        this.#tokenFailure = toError(thrown)
        throw thrown
      }
    }
    const identity = sasl['authorizationIdentity'] as string | undefined
    return { ...sasl, authenticationProvider: createOAuthBearerProvider(ask, identity) }
  }
}
