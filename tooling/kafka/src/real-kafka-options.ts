/** How {@link startRealKafka} makes its cluster. */
export interface RealKafkaOptions {
  /**
   * Number of brokers. Three of them replicate every topic three times with `min.insync.replicas` 2.
   *
   * @defaultValue 1
   */
  readonly nodes?: 1 | 3 | undefined
  /**
   * Where the KRaft controller lives: in the process of broker 0 (one JVM fewer, but then the death of broker 0 is
   * the death of the controller) or in a process of its own, so that every broker may die.
   *
   * @defaultValue 'combined'
   */
  readonly controller?: 'combined' | 'own-process' | undefined
  /** Broker properties by their Kafka names; they win over the ones made here. Default: none. */
  readonly config?: Readonly<Record<string, string>> | undefined
  /** A further listener that wants a login; see `saslBootstrapServers`. Default: none. */
  readonly sasl?: RealKafkaSasl | undefined
  /**
   * The feature `transaction.version`, as `StorageTool format` is told: 1 is transactions whose producers name their
   * partitions, 2 those whose epoch rises with each (KIP-890). Default: Kafka's own, 2.
   */
  readonly transactionVersion?: 0 | 1 | 2 | undefined
  /**
   * A further plain listener that names somebody else's ports (one a broker) as its own, so that clients come
   * through a proxy: see `proxyTargetPort` of each broker. Default: none.
   */
  readonly proxiedPorts?: readonly number[] | undefined
  /**
   * Where single nodes keep their log, by node id, as on a disk of its own that can run full: a folder that does not
   * exist yet. The caller removes it. Default: below the cluster's own folder, and removed with it.
   */
  readonly logFolders?: Readonly<Record<number, string>> | undefined
  /**
   * Arguments for each JVM after the ones made here, so they win. Benchmarks want `-XX:TieredStopAtLevel=4` and more
   * memory: the defaults are made for a quick start. Default: none.
   */
  readonly jvmArguments?: readonly string[] | undefined
  /**
   * Milliseconds that a start, or the restart of one node, may take. Fetching the jars does not count.
   *
   * @defaultValue 90000
   */
  readonly startTimeoutMs?: number | undefined
}

/** A listener with SASL, over plain TCP or over TLS. */
export interface RealKafkaSasl {
  /** The only mechanism of the listener. Kafka: `sasl.enabled.mechanisms`. */
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>
  /**
   * Milliseconds after which the broker cuts a session that has not logged in again; 0 is never. Kafka:
   * `connections.max.reauth.ms`.
   *
   * @defaultValue 0
   */
  readonly maxReauthMs?: number | undefined
  /**
   * Whether the listener speaks TLS (Kafka: `SASL_SSL`), with a certificate for 127.0.0.1 and localhost that is made
   * for this cluster: see `certificateFile`.
   *
   * @defaultValue false
   */
  readonly tls?: boolean | undefined
}

/** {@link RealKafkaOptions} with nothing left open. */
export interface ResolvedRealKafkaOptions {
  readonly nodes: 1 | 3
  readonly controller: 'combined' | 'own-process'
  readonly config: Readonly<Record<string, string>>
  readonly sasl: Required<RealKafkaSasl> | undefined
  readonly transactionVersion: 0 | 1 | 2 | undefined
  readonly proxiedPorts: readonly number[]
  readonly logFolders: Readonly<Record<number, string>>
  readonly jvmArguments: readonly string[]
  readonly startTimeoutMs: number
}

/** Fills in the defaults; the only place that states them. */
export function resolveRealKafkaOptions(options: RealKafkaOptions): ResolvedRealKafkaOptions {
  const resolved: ResolvedRealKafkaOptions = {
    nodes: options.nodes ?? 1,
    controller: options.controller ?? 'combined',
    config: options.config ?? {},
    sasl: options.sasl && {
      ...options.sasl,
      maxReauthMs: options.sasl.maxReauthMs ?? 0,
      tls: options.sasl.tls ?? false,
    },
    transactionVersion: options.transactionVersion,
    proxiedPorts: options.proxiedPorts ?? [],
    logFolders: options.logFolders ?? {},
    jvmArguments: options.jvmArguments ?? [],
    startTimeoutMs: options.startTimeoutMs ?? 90_000,
  }
  if (resolved.proxiedPorts.length !== 0 && resolved.proxiedPorts.length !== resolved.nodes) {
    throw new RangeError(
      `proxiedPorts needs one port for each of the ${resolved.nodes} brokers, not ${resolved.proxiedPorts.length}`,
    )
  }
  return resolved
}
