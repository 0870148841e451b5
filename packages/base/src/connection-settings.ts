import type { ConnectionOptions as TlsConnectionOptions } from 'node:tls'

/**
 * How a client reaches a Kafka cluster. `config` makes it from the environment; everything that opens a connection
 * takes it.
 */
export interface ConnectionSettings {
  /** `host:port` of one or more brokers to ask first. Kafka: `bootstrap.servers`. */
  readonly brokers: readonly string[]
  /**
   * The name under which brokers log and meter this client: the service's name, the same for all its instances.
   * Kafka: `client.id`.
   *
   * @defaultValue `'headwater'`
   */
  readonly clientId?: string | undefined
  /** TLS: `true` for the public certificate authorities, or the options of `tls.connect`. Default: no TLS. */
  readonly tls?: boolean | TlsConnectionOptions | undefined
  /** How to authenticate. Default: not at all. Kafka: `sasl.mechanism` and `sasl.jaas.config`. */
  readonly sasl?: SaslSettings | undefined
  /**
   * Asked for every new connection; what it gives takes the place of `tls` and `sasl`. With it credentials and
   * certificates change while the process runs: it may read files or ask a vault, and should cache. Its time counts
   * within `connectTimeoutMs`; when it throws, the connection is tried again later.
   */
  readonly credentials?: (() => Credentials | Promise<Credentials>) | undefined
  /**
   * Milliseconds that a connection may take until it is usable: TCP, TLS, version negotiation and SASL together.
   * Kafka: `socket.connection.setup.timeout.ms`.
   *
   * @defaultValue 10000
   */
  readonly connectTimeoutMs?: number | undefined
}

/** What of {@link ConnectionSettings} may change while a process runs. */
export type Credentials = Pick<ConnectionSettings, 'tls' | 'sasl'>

/** The SASL mechanisms that Headwater speaks, with what each needs. */
export type SaslSettings =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
      readonly username: string
      readonly password: string
    }
  | {
      readonly mechanism: 'oauthbearer'
      /** Gives a token for the next connection; called for each one, so it should cache. */
      readonly token: () => Promise<string>
    }
