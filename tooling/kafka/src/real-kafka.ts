import type { ChildGuard } from './child-guard.ts'
import type { KafkaProcess } from './kafka-process.ts'
import type { ClusterPlan } from './node-plan.ts'

/** One broker as clients and tests see it. */
export interface RealKafkaBroker {
  /** `node.id`; brokers count from 0. */
  readonly id: number
  /** Always 127.0.0.1. */
  readonly host: string
  /** The plain listener; the same over restarts. */
  readonly port: number
  /** Where a proxy reaches this broker, when `proxiedPorts` was given. */
  readonly proxyTargetPort: number | undefined
  /** The process; `undefined` while the broker is down. */
  readonly pid: number | undefined
}

/** What a {@link RealKafka} is made of. */
export interface RealKafkaParts {
  readonly plan: ClusterPlan
  readonly processes: readonly KafkaProcess[]
  readonly guard: ChildGuard
}

/**
 * A running cluster. Its processes end with it, with `close()`, and with this process, whichever comes first.
 *
 * All methods that take a broker's id also take {@link controllerId}.
 */
export class RealKafka {
  /** The plain listeners: `127.0.0.1:port`, separated by commas. */
  readonly bootstrapServers: string
  /** The listeners that want a login; `undefined` without the option `sasl`. */
  readonly saslBootstrapServers: string | undefined
  /**
   * A PEM file with the certificate to trust on the listeners that want a login, until the cluster is closed;
   * `undefined` without the option `sasl.tls`.
   */
  readonly certificateFile: string | undefined
  /**
   * The node with the KRaft controller: broker 0, or with `controller: 'own-process'` a node that is no broker.
   * While it is down nothing can be elected, so chaos leaves it alone.
   */
  readonly controllerId: number
  readonly #parts: RealKafkaParts
  #closed: Promise<void> | undefined

  constructor(parts: RealKafkaParts) {
    const brokers = parts.plan.nodes.filter((node) => node.isBroker)
    this.#parts = parts
    this.controllerId = parts.plan.controllerId
    this.certificateFile = parts.plan.tls?.certificateFile
    this.bootstrapServers = brokers.map(({ port }) => `127.0.0.1:${port}`).join(',')
    this.saslBootstrapServers =
      brokers[0]?.saslPort === undefined
        ? undefined
        : brokers.map(({ saslPort }) => `127.0.0.1:${saslPort}`).join(',')
  }

  /** The brokers as they are now. */
  get brokers(): readonly RealKafkaBroker[] {
    return this.#parts.processes
      .filter(({ plan }) => plan.isBroker)
      .map(({ plan, pid }) => ({
        id: plan.id,
        host: '127.0.0.1',
        port: plan.port,
        proxyTargetPort: plan.proxyTargetPort,
        pid,
      }))
  }

  /** SIGKILL, as when the power goes; resolves when the process is gone, frozen or not. */
  async kill(id: number): Promise<void> {
    await this.#process(id).signal('SIGKILL')
  }

  /** SIGTERM; resolves when the process has ended by itself. A frozen one does not: thaw it first. */
  async stop(id: number): Promise<void> {
    await this.#process(id).signal('SIGTERM')
  }

  /**
   * Starts a node that was killed or stopped, on the same ports and with the same log; resolves when it serves.
   *
   * @throws HeadwaterError `KAFKA_START_FAILED`, `KAFKA_START_TIMEOUT`
   */
  async start(id: number): Promise<void> {
    if (this.#closed) throw new Error('The cluster is closed: no node of it can be started')
    await this.#process(id).start()
  }

  /** SIGSTOP: connections stay open and nothing answers. */
  async freeze(id: number): Promise<void> {
    await this.#process(id).signal('SIGSTOP')
  }

  /** SIGCONT: the end of {@link freeze}. */
  async thaw(id: number): Promise<void> {
    await this.#process(id).signal('SIGCONT')
  }

  /** Kills all processes, frozen ones too, and deletes all data. A second call is the same promise. */
  close(): Promise<void> {
    this.#closed ??= Promise.all(this.#parts.processes.map((process) => process.signal('SIGKILL'))).then(() =>
      this.#parts.guard.close(),
    )
    return this.#closed
  }

  /** The same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #process(id: number): KafkaProcess {
    const found = this.#parts.processes.find(({ plan }) => plan.id === id)
    if (!found) {
      const ids = this.#parts.processes.map(({ plan }) => plan.id).join(', ')
      throw new RangeError(`There is no Kafka node ${id}; the nodes of this cluster are ${ids}`)
    }
    return found
  }
}
