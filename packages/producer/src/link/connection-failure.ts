import { formatBrokerAddress } from './broker-address.ts'
import { LinkError, type BrokerAddress, type LinkErrorCode } from './link.ts'

/** How far a connection has come: the user's credentials, TCP and TLS, ApiVersions, SASL, usable. */
export type ConnectionPhase = 'credentials' | 'connect' | 'versions' | 'sasl' | 'open'

/** What ended a connection, as it was seen. */
export type ConnectionFault = { readonly phase: ConnectionPhase } & (
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  | { readonly kind: 'violation'; readonly what: string }
  /** kafkajs's handshake threw while the socket was fine. */
  | { readonly kind: 'refused'; readonly cause: Error }
  /** The user's token function threw, or the one that gives credentials. */
  | { readonly kind: 'token' | 'credentials'; readonly cause: Error }
  | {
      readonly kind: 'closed'
      readonly cause: Error | undefined
      readonly tls: boolean
      readonly sasl: boolean
      /** Whether the broker answered any request of ours. */
      readonly answered: boolean
    }
)

const waitedFor: Readonly<Record<ConnectionPhase, string>> = {
  credentials: 'the answer of the function that gives its `credentials`',
  connect: 'the TCP and TLS connection',
  versions: 'its answer to ApiVersions',
  sasl: 'SASL authentication',
  open: 'its answer',
}

const givenBy = { token: 'OAuth token', credentials: '`credentials`' } as const

/** The {@link LinkError} for a fault: names the broker, says what happened and what to look at. */
export function connectionFailure(
  { address }: { readonly address: BrokerAddress },
  fault: ConnectionFault,
): LinkError {
  const broker = `the broker at ${formatBrokerAddress(address)}`
  const failure = (code: LinkErrorCode, message: string, cause?: Error): LinkError =>
    new LinkError(code, message, { sent: false, cause })

  switch (fault.kind) {
    case 'timeout':
      return failure(
        'LINK_CONNECT_TIMEOUT',
        `${broker} was not usable within ${fault.timeoutMs} ms: ${waitedFor[fault.phase]} did not come. ` +
          'Check that the address is right and reachable from here; raise `connectTimeoutMs` if the network is slow.',
      )
    case 'violation':
      return failure('LINK_PROTOCOL_VIOLATION', `${broker} sent what is no answer of Kafka: ${fault.what}`)
    case 'token':
    case 'credentials':
      return failure(
        'LINK_CONNECT_FAILED',
        `no connection to ${broker}: the function that gives its ${givenBy[fault.kind]} failed: ${fault.cause.message}`,
        fault.cause,
      )
    case 'refused':
      return refused(broker, fault.phase, fault.cause)
    case 'closed':
      return failure(
        fault.phase === 'open' ? 'LINK_CLOSED' : 'LINK_CONNECT_FAILED',
        `${closedSentence(broker, fault)}${fault.cause === undefined ? '' : ` (${reasonOf(fault.cause)})`}`,
        fault.cause,
      )
  }
}

function refused(broker: string, phase: ConnectionPhase, cause: Error): LinkError {
  const options = { sent: false, cause }
  switch (phase) {
    case 'sasl':
      return new LinkError(
        'LINK_AUTHENTICATION_FAILED',
        `${broker} refused the authentication: ${cause.message}. Check mechanism, user name and password (or token).`,
        options,
      )
    case 'versions':
      return new LinkError(
        'LINK_PROTOCOL_VIOLATION',
        `${broker} did not answer ApiVersions as Kafka does: ${cause.message}`,
        options,
      )
    default:
      return new LinkError('LINK_CONNECT_FAILED', `no connection to ${broker}: ${cause.message}`, options)
  }
}

/** What the system's name service says when it has no address for a name. */
const unresolved: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME', 'EAI_NODATA'])

function closedSentence(
  broker: string,
  { phase, tls, sasl, answered, cause }: Extract<ConnectionFault, { kind: 'closed' }>,
): string {
  if (unresolved.has((cause as { readonly code?: unknown } | undefined)?.code))
    return `no connection to ${broker}: its name does not resolve here`
  switch (phase) {
    case 'credentials':
    case 'connect':
      return tls
        ? `no TLS connection to ${broker}; check that this port speaks TLS, and the certificates`
        : `no connection to ${broker}; check host and port, and that the broker runs`
    case 'versions':
      return tls
        ? `${broker} closed the connection before it told its versions; it may ask for a client certificate`
        : `${broker} closed the connection before it told its versions; if this port speaks TLS, switch \`tls\` on`
    case 'sasl':
      return `${broker} closed the connection during the handshake; brokers without SASL error messages do so when credentials are wrong`
    case 'open':
      return answered || sasl
        ? `${broker} closed the connection`
        : `${broker} closed the connection before it answered a request; if this port asks for SASL, give \`sasl\``
  }
}

/** The system's code says more to who reads it than the message; TLS errors have both, and there the message counts. */
function reasonOf(cause: Error): string {
  const { code } = cause as { readonly code?: unknown }
  return typeof code === 'string' && !cause.message.includes(code)
    ? `${code}: ${cause.message}`
    : cause.message
}
