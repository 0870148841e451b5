import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { HeadwaterError } from '@headwater/base'
import type { Cluster } from '../cluster/cluster.ts'
import { Life } from '../cluster/life.ts'
import type { Faults } from '../faults/faults.ts'
import type { Journal } from '../faults/journal.ts'
import { FetchSessions } from '../fetch/fetch-sessions.ts'
import type { GroupCoordinator } from '../groups/group-coordinator.ts'
import type { TransactionCoordinator } from '../transactions/transaction-coordinator.ts'
import type { Sasl } from '../security/sasl.ts'
import { Connection } from './connection.ts'
import { createListener } from './create-listener.ts'
import { NetworkShape, type NetworkOptions } from './network-shape.ts'

/** What brokers of a cluster share. */
export interface BrokerParts {
  readonly cluster: Cluster
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  readonly faults: Faults
  readonly journal: Journal
  /** How clients must authenticate; nothing lets everybody in. */
  readonly sasl: Sasl | undefined
  /** Nothing is plain text. */
  readonly tls: TlsOptions | undefined
}

/** One broker: a listener with its connections. It can be stopped, started again on its port, and frozen. */
export class Broker implements BrokerParts {
  readonly id: number
  readonly host: string
  readonly cluster: Cluster
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  readonly faults: Faults
  readonly journal: Journal
  readonly sasl: Sasl | undefined
  readonly tls: TlsOptions | undefined
  #port: number
  #server: Server | undefined
  #life = new Life()
  #sessions: FetchSessions
  #frozen: PromiseWithResolvers<void> | undefined
  #nextConnection = 1
  #shape = new NetworkShape()
  readonly #connections = new Set<Connection>()

  constructor(id: number, host: string, port: number, parts: BrokerParts) {
    this.id = id
    this.host = host
    this.#port = port
    this.cluster = parts.cluster
    this.groups = parts.groups
    this.transactions = parts.transactions
    this.faults = parts.faults
    this.journal = parts.journal
    this.sasl = parts.sasl
    this.tls = parts.tls
    this.#sessions = sessionsOf(parts.cluster)
  }

  /** The port that it listens on, once started; it stays the same over stops and starts. */
  get port(): number {
    return this.#port
  }

  get running(): boolean {
    return this.#server !== undefined
  }

  /** Connections that are open. */
  get connectionCount(): number {
    return this.#connections.size
  }

  /** Ends when the broker stops; a new one begins with each start. */
  get life(): Life {
    return this.#life
  }

  /** How the network to its clients is. */
  get shape(): NetworkShape {
    return this.#shape
  }

  get sessions(): FetchSessions {
    return this.#sessions
  }

  /** Resolves at once, or when a frozen broker thaws. */
  get thawed(): Promise<void> {
    return this.#frozen?.promise ?? Promise.resolve()
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return
    this.#assertOpen()
    const life = new Life()
    const server = createListener(this.tls, { life, logger: this.cluster.logger }, (socket) => {
      const connection = new Connection(this.#nextConnection++, this, socket)
      this.#connections.add(connection)
      this.cluster.traffic.connected()
      connection.life.onEnd(() => this.#connections.delete(connection))
    })
    server.listen(this.#port, this.host)
    await once(server, 'listening')
    if (this.cluster.life.ended) {
      server.close()
      await once(server, 'close')
      this.#assertOpen()
    }
    this.#server = server
    this.#life = life
    this.#sessions = sessionsOf(this.cluster)
    this.#port = (server.address() as AddressInfo).port
    this.cluster.nodeStarted(this.id, this.host, this.#port)
    this.journal.add({ kind: 'event', broker: this.id, text: `broker ${this.id} started` })
  }

  /** Nothing would ever stop what is started after the end. */
  #assertOpen(): void {
    if (!this.cluster.life.ended) return
    throw new HeadwaterError('KAFKA_CLOSED', `broker ${this.id} cannot start: its cluster is closed`)
  }

  /** Cuts all connections and stops listening; leadership passes on at once. */
  async stop(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    this.#life.end()
    this.thaw()
    for (const connection of this.#connections) connection.destroy()
    this.cluster.nodeStopped(this.id)
    this.journal.add({ kind: 'event', broker: this.id, text: `broker ${this.id} stopped` })
    server.close()
    await once(server, 'close')
  }

  /** Makes the network slow, or, with no options, quick again. Throws a RangeError for options that mean nothing. */
  network(options: NetworkOptions = {}): void {
    this.#shape = new NetworkShape(options)
    this.journal.add({
      kind: 'event',
      broker: this.id,
      text: `broker ${this.id} network ${this.#shape.toString()}`,
    })
  }

  /** Goes on telling clients of the cluster as it is now, whatever happens, until it stops or {@link Broker.freshMetadata}. */
  staleMetadata(): void {
    this.cluster.setStale(this.id, true)
    this.journal.add({ kind: 'event', broker: this.id, text: `broker ${this.id} metadata stale` })
  }

  /** Tells clients of the present again. */
  freshMetadata(): void {
    this.cluster.setStale(this.id, false)
    this.journal.add({ kind: 'event', broker: this.id, text: `broker ${this.id} metadata fresh` })
  }

  /** Goes on accepting connections and reading, but neither serves nor answers, until {@link Broker.thaw}. */
  freeze(): void {
    this.#frozen ??= Promise.withResolvers()
    this.journal.add({ kind: 'event', broker: this.id, text: `broker ${this.id} frozen` })
  }

  /** Serves what has waited, and goes on. */
  thaw(): void {
    if (this.#frozen === undefined) return
    this.#frozen.resolve()
    this.#frozen = undefined
    this.journal.add({ kind: 'event', broker: this.id, text: `broker ${this.id} thawed` })
  }
}

function sessionsOf({ config, clock }: Cluster): FetchSessions {
  return new FetchSessions(config['max.incremental.fetch.session.cache.slots'], clock)
}
