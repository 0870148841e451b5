/** The mechanisms that brokers here know. */
export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER'

/** Whom a token speaks for. */
export interface TokenIdentity {
  readonly principal: string
  /** When the token ends, in milliseconds since the epoch; the session ends with it. Default: never. */
  readonly expiresAtMs?: number | undefined
}

/** How clients must authenticate. Kafka: a listener with `SASL_PLAINTEXT` or `SASL_SSL`. */
export interface SaslOptions {
  /** What a client may choose from. Kafka: `sasl.enabled.mechanisms`. */
  readonly mechanisms: readonly SaslMechanism[]
  /** Passwords by user name, for PLAIN and SCRAM. Default: nobody. */
  readonly users?: Readonly<Record<string, string>> | undefined
  /** Says whom a token of OAUTHBEARER speaks for; nothing, or an error, refuses it. */
  readonly validateToken?:
    | ((token: string) => TokenIdentity | undefined | Promise<TokenIdentity | undefined>)
    | undefined
  /**
   * Milliseconds after which a connection must authenticate anew; 0 is never. Kafka: `connections.max.reauth.ms`.
   *
   * @defaultValue 0
   */
  readonly sessionLifetimeMs?: number | undefined
}

/** Refuses options under which nobody could ever log in. */
export function assertSaslOptions({
  mechanisms,
  validateToken,
  users,
  sessionLifetimeMs,
}: SaslOptions): void {
  if (mechanisms.length === 0) throw new TypeError('sasl: mechanisms must name at least one')
  if (mechanisms.includes('OAUTHBEARER') && validateToken === undefined) {
    throw new TypeError('sasl: OAUTHBEARER needs validateToken, which says whom a token speaks for')
  }
  if (mechanisms.some((mechanism) => mechanism !== 'OAUTHBEARER') && users === undefined) {
    throw new TypeError(`sasl: ${mechanisms.join(', ')} need users, with their passwords by name`)
  }
  if (sessionLifetimeMs !== undefined && !(sessionLifetimeMs >= 0)) {
    throw new RangeError(`sasl: sessionLifetimeMs: ${sessionLifetimeMs} is not 0 or above`)
  }
}
