import { HeadwaterError, type HeadwaterErrorOptions } from '@headwater/base'
import type { AnyApi } from '@headwater/protocol'

/** Where a broker listens, as it advertises itself or as the user named it. */
export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

/**
 * The only door to the network: one connection to one broker, from the moment it is connected, has told its versions
 * and is authenticated, until it dies.
 *
 * The rules, each of which was learnt from a failure on a real cluster:
 * - A Link dies once and is never opened again; a new connection is a new object.
 * - Any timeout, cut or framing fault kills it. All pending requests then reject together, each with a
 *   {@link LinkError} that says whether its bytes were written.
 * - `send` writes before it returns, so the order on the wire is the order of the calls.
 * - It owns no retries, no back-off, no metadata and no limit of requests in flight: the engine owns these.
 */
export interface Link {
  readonly address: BrokerAddress
  /** The oldest and newest version of each API that this broker takes, by API key. */
  readonly versions: ReadonlyMap<number, readonly [oldest: number, newest: number]>
  /** `open` takes requests; `ending` waits for the answers to those it has; `closed` is the end. */
  readonly state: 'open' | 'ending' | 'closed'
  /** Requests written and not yet answered. */
  readonly pending: number
  /**
   * When this Link should be replaced because its SASL session nears its end (85 % of its life), on the monotonic
   * clock in milliseconds; `undefined` for never. The engine drains the Link, ends it and opens the next.
   */
  readonly replaceAtMs: number | undefined
  /**
   * The newest version that both the broker and our tables know.
   *
   * @throws {@link LinkError} `LINK_UNSUPPORTED_API` when there is none.
   */
  pick(api: AnyApi): number
  /**
   * Writes a request before it returns, and resolves with the body of the answer (a view on received bytes).
   *
   * @param body - the encoded body; the Link adds size, header and correlation id
   * @throws {@link LinkError} (as a rejection) on a timeout, cut or framing fault; the Link is dead then.
   */
  send(
    api: AnyApi,
    version: number,
    body: readonly Uint8Array[],
    options: LinkSendOptions,
  ): Promise<Uint8Array>
  /** Takes no more requests, waits for the answers up to `timeoutMs` milliseconds, then closes. Never rejects. */
  end(timeoutMs: number): Promise<void>
  /** Closes at once; pending requests reject with a {@link LinkError} whose cause is `error`. */
  destroy(error: Error): void
  /** Calls `listener` once, when the Link is closed, with the error that killed it or `undefined` after `end`. */
  onClose(listener: (error: Error | undefined) => void): void
}

/** How to send one request. */
export interface LinkSendOptions {
  /** Milliseconds to wait for the answer; when they are over the Link is killed. */
  readonly timeoutMs: number
  /** `false` for Produce with acks 0, which has no answer: resolves with no bytes once written. Default: `true`. */
  readonly expectResponse?: boolean | undefined
}

/** Opens Links. */
export interface LinkFactory {
  /** The addresses to ask first (Kafka: `bootstrap.servers`). */
  seeds(): Promise<readonly BrokerAddress[]>
  /**
   * Connects, negotiates versions and authenticates, all within one deadline.
   *
   * @throws {@link LinkError} with `sent: false`.
   */
  open(address: BrokerAddress): Promise<Link>
  /** Destroys every socket that is still there and refuses to open more. Never rejects. */
  close(): Promise<void>
}

/** Why a Link could not be had, or died. */
export type LinkErrorCode =
  /** TCP or TLS did not come about. */
  | 'LINK_CONNECT_FAILED'
  /** The connection was not usable within `connectTimeoutMs`. */
  | 'LINK_CONNECT_TIMEOUT'
  /** The broker refused the credentials or the mechanism. Not retriable. */
  | 'LINK_AUTHENTICATION_FAILED'
  /** The broker does not know the API, or no version of it that we know. Not retriable. */
  | 'LINK_UNSUPPORTED_API'
  /** An answer did not come in time. */
  | 'LINK_REQUEST_TIMEOUT'
  /** The connection ended: closed by the broker, reset, or destroyed by us. */
  | 'LINK_CLOSED'
  /** Bytes came that are no answer to anything that was asked. */
  | 'LINK_PROTOCOL_VIOLATION'
  /** The kafkajs that was found is not the one whose inside this Link knows. Not retriable. */
  | 'LINK_UNSUPPORTED_KAFKAJS'

/** A failure of the connection, never an answer of the broker. */
export class LinkError extends HeadwaterError<LinkErrorCode> {
  /** Whether the request's bytes may have reached the broker: what tells `unknown` from `not-sent`. */
  readonly sent: boolean

  constructor(
    code: LinkErrorCode,
    message: string,
    options: HeadwaterErrorOptions & { readonly sent: boolean },
  ) {
    super(code, message, { retriable: retriableCodes.has(code), ...options })
    this.sent = options.sent
  }
}

const retriableCodes: ReadonlySet<LinkErrorCode> = new Set([
  'LINK_CONNECT_FAILED',
  'LINK_CONNECT_TIMEOUT',
  'LINK_REQUEST_TIMEOUT',
  'LINK_CLOSED',
  'LINK_PROTOCOL_VIOLATION',
])
