import type { TlsOptions } from 'node:tls'
import type { Clock, Logger } from '@headwater/base'
import type { BrokerConfigOverrides } from './cluster/broker-config.ts'
import type { SaslOptions } from './security/sasl-options.ts'
import type { StartRegistryOptions } from './registry/registry.ts'

/** What a topic shall be. */
export interface TopicOptions {
  /** How many there are. @defaultValue `num.partitions`, which is 1 */
  readonly partitions?: number | undefined
  /** How many brokers have each partition. @defaultValue as many brokers as there are, at most 3 */
  readonly replicationFactor?: number | undefined
  /** Settings under Kafka's names, such as `min.insync.replicas`. */
  readonly config?: Readonly<Record<string, string>> | undefined
}

/** How the cluster shall be; nothing needs to be given. */
export interface StartKafkaOptions {
  /**
   * How many brokers; their ids count from 1.
   *
   * @defaultValue 1
   */
  readonly brokers?: number | undefined
  /**
   * The ports to listen on, one a broker.
   *
   * @defaultValue free ports, which the operating system chooses
   */
  readonly ports?: readonly number[] | undefined
  /**
   * Where to listen, and what clients are told to connect to. Kafka: `listeners`.
   *
   * @defaultValue `'127.0.0.1'`
   */
  readonly host?: string | undefined
  /**
   * Whether a schema registry starts, too, and how it is set up.
   *
   * @defaultValue false
   */
  readonly registry?: boolean | Omit<StartRegistryOptions, 'host' | 'logger'> | undefined
  /** Topics to begin with, by name. */
  readonly topics?: Readonly<Record<string, TopicOptions>> | undefined
  /** How clients must authenticate, on all brokers. Default: not at all. */
  readonly sasl?: SaslOptions | undefined
  /** The options of `tls.createServer`: `key` and `cert` at least. Default: plain text. */
  readonly tls?: TlsOptions | undefined
  /**
   * Time for timeouts, fetch waits, ordered delays and LogAppendTime.
   *
   * @defaultValue the computer's own
   */
  readonly clock?: Clock | undefined
  /**
   * Where requests that are refused with a closed connection are told of.
   *
   * @defaultValue says nothing
   */
  readonly logger?: Logger | undefined
  /**
   * Whether a client that asks for a topic makes it. Kafka: `auto.create.topics.enable`, there true.
   *
   * @defaultValue false
   */
  readonly autoCreateTopics?: boolean | undefined
  /**
   * Bytes that all logs together hold; past it the oldest records of every partition go, as by retention, and who
   * reads them gets OFFSET_OUT_OF_RANGE. Topics' own `retention.bytes` and `retention.ms` count, too.
   *
   * @defaultValue 1073741824
   */
  readonly maxLogBytes?: number | undefined
  /** Broker settings under Kafka's names; a name without effect here is an error. */
  readonly config?: BrokerConfigOverrides | undefined
}
