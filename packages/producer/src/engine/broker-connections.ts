import { toError } from '@headwater/base'
import { formatBrokerAddress } from '../link/broker-address.ts'
import { LinkError, type BrokerAddress, type Link, type LinkFactory } from '../link/link.ts'
import { firstInTurn } from './first-in-turn.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { retryBackoff } from './retry-backoff.ts'

interface Slot {
  readonly address: BrokerAddress
  link: Link | undefined
  opening: Promise<Link> | undefined
  failures: number
  notBeforeMs: number
  /** Why it cannot be reached, as long as that is so. */
  failure: Error | undefined
  /** Whether a connection to it ever came about. */
  wasReached: boolean
}

/** How long the search for a broker that answers waits for one before it asks the next, too. */
const turnMs = 1000

/** What the connections tell their owner. */
export interface ConnectionListener {
  onOpen(): void
  onLost(error: Error): void
}

/**
 * At most one connection to each address, opened by whoever needs it first. Whether an address was learnt as a seed or
 * from metadata does not matter, so a cold producer needs one connection a broker.
 */
export class BrokerConnections {
  readonly #factory: LinkFactory
  readonly #options: ResolvedOptions
  readonly #listener: ConnectionListener
  readonly #slots = new Map<string, Slot>()
  #brokers = new Map<number, BrokerAddress>()
  /** Who told of the brokers. */
  #toldBy: BrokerAddress | undefined
  #seeds: readonly BrokerAddress[] = []
  /** Where the search for anybody who answers goes on. */
  #turn = 0
  #closed = false

  constructor(factory: LinkFactory, options: ResolvedOptions, listener: ConnectionListener) {
    this.#factory = factory
    this.#options = options
    this.#listener = listener
  }

  /** Connections that take requests. */
  get openCount(): number {
    let count = 0
    for (const slot of this.#slots.values()) if (slot.link?.state === 'open') count++
    return count
  }

  /** The brokers as metadata names them; connections to addresses that nobody has any more are ended. */
  updateBrokers(
    brokers: readonly { nodeId: number; host: string; port: number }[],
    toldBy?: BrokerAddress,
  ): void {
    if (brokers.length === 0) return
    this.#toldBy = toldBy
    this.#brokers = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]))
    const current = new Set([...this.#brokers.values()].map(nameOf))
    for (const [name, slot] of this.#slots) {
      if (current.has(name) || slot.opening !== undefined) continue
      this.#slots.delete(name)
      if (slot.link !== undefined) void slot.link.end(this.#options.requestTimeoutMs)
    }
  }

  /** Whether the address of a broker is known. */
  knows(brokerId: number): boolean {
    return this.#brokers.has(brokerId)
  }

  /** Where a broker listens, as metadata names it. */
  addressOf(brokerId: number): BrokerAddress | undefined {
    return this.#brokers.get(brokerId)
  }

  /** Why a broker cannot be reached, as long as that is so. */
  failureOf(brokerId: number | undefined): Error | undefined {
    const address = brokerId === undefined ? undefined : this.#brokers.get(brokerId)
    return address && this.#slots.get(nameOf(address))?.failure
  }

  /**
   * The connection to a broker, when there is one that takes requests. Else one is opened, and `wake` of the listener
   * tells when: `undefined` means "not now", a number "not before that moment" (monotonic milliseconds).
   */
  link(brokerId: number): Link | number | undefined {
    const address = this.#brokers.get(brokerId)
    if (address === undefined) return undefined
    const slot = this.#slot(address)
    if (slot.link?.state === 'open') return slot.link
    if (slot.opening !== undefined) return undefined
    if (slot.notBeforeMs > this.#options.clock.monotonic()) return slot.notBeforeMs
    // Whoever waits hears of it through the listener; the rejection is told there, too.
    this.#open(slot).catch(() => undefined)
    return undefined
  }

  /** Ends a connection whose session nears its end, once nothing is in flight on it; the next use opens another. */
  replace(link: Link): void {
    const slot = this.#slots.get(nameOf(link.address))
    if (slot?.link === link) slot.link = undefined
    void link.end(this.#options.requestTimeoutMs)
  }

  /** Any connection at all, for questions that every broker answers: an open one, else the first that can be opened. */
  async any(): Promise<Link> {
    const open = [...this.#slots.values()].filter(
      (slot) => slot.link?.state === 'open' && !this.#aged(slot.link),
    )
    if (open.length > 0) return open[this.#turn++ % open.length]!.link!
    const candidates = await this.#candidates()
    if (candidates.length === 0) {
      const message = 'there is no broker to connect to: the list of brokers is empty'
      throw new LinkError('LINK_CONNECT_FAILED', message, { sent: false })
    }
    const { clock } = this.#options
    return firstInTurn(candidates, (address) => this.to(address), { clock, turnMs })
  }

  /** The connection to an address that an answer named, for questions that only that broker answers. */
  async to(address: BrokerAddress): Promise<Link> {
    const slot = this.#slot(address)
    const { link } = slot
    if (link?.state !== 'open') return this.#open(slot)
    // Near the end of its session, and nobody else uses it: the next one then. Else its last share of time will do.
    if (!this.#aged(link) || link.pending > 0) return link
    this.replace(link)
    return this.#open(slot)
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const slot of this.#slots.values()) slot.link?.destroy(new Error('the producer is closed'))
    this.#slots.clear()
    await this.#factory.close()
  }

  #aged(link: Link): boolean {
    return link.replaceAtMs !== undefined && link.replaceAtMs <= this.#options.clock.monotonic()
  }

  /** Known brokers first, then the seeds, each once; begins elsewhere each time. */
  async #candidates(): Promise<readonly BrokerAddress[]> {
    // Asked each time: the list may be a function of the user's that finds brokers anew.
    this.#seeds = await this.#factory.seeds()
    const known = rotate([...this.#brokers.values()], this.#turn++)
    const all = new Map(
      [...known, ...rotate(this.#seeds, this.#turn)].map((address) => [nameOf(address), address]),
    )
    return [...all.values()]
  }

  #slot(address: BrokerAddress): Slot {
    const name = nameOf(address)
    let slot = this.#slots.get(name)
    if (slot === undefined) {
      slot = {
        address,
        link: undefined,
        opening: undefined,
        failures: 0,
        notBeforeMs: 0,
        failure: undefined,
        wasReached: false,
      }
      this.#slots.set(name, slot)
    }
    return slot
  }

  async #open(slot: Slot): Promise<Link> {
    slot.opening ??= this.#connect(slot).finally(() => {
      slot.opening = undefined
    })
    return slot.opening
  }

  async #connect(slot: Slot): Promise<Link> {
    try {
      const link = await this.#factory.open(slot.address)
      if (this.#closed) {
        link.destroy(new Error('the producer is closed'))
        throw new LinkError('LINK_CLOSED', 'the producer was closed while it connected', { sent: false })
      }
      if (slot.failures > 0) {
        const fields = { brokerId: this.#idOf(slot), failures: slot.failures }
        this.#options.logger.info(fields, 'a broker can be reached again')
      }
      slot.failures = 0
      slot.failure = undefined
      slot.wasReached = true
      slot.link = link
      link.onClose((error) => this.#lost(slot, link, error))
      // After `opening` is cleared, so that whoever is told finds the link.
      queueMicrotask(() => this.#listener.onOpen())
      return link
    } catch (thrown) {
      if (this.#closed) throw thrown
      slot.failures++
      const error = this.#explain(slot, toError(thrown))
      slot.failure = error
      slot.notBeforeMs = this.#options.clock.monotonic() + retryBackoff(this.#options, slot.failures)
      const brokerId = this.#idOf(slot)
      const fields = { err: error, brokerId, failures: slot.failures }
      if (error instanceof LinkError && !error.retriable)
        this.#options.logger.error(
          fields,
          'a broker refuses the connection, and will until something is changed',
        )
      else this.#options.logger.warn(fields, 'a broker cannot be reached; it is tried again')
      this.#listener.onLost(error)
      throw error
    }
  }

  /** Nobody here wrote down an address that brokers tell; who reads that it fails must hear where it comes from. */
  #explain(slot: Slot, error: Error): Error {
    if (!(error instanceof LinkError) || slot.wasReached || !isUnreachable(error)) return error
    const name = nameOf(slot.address)
    const brokerId = this.#idOf(slot)
    if (brokerId === undefined || this.#seeds.some((seed) => nameOf(seed) === name)) return error
    const toldBy = this.#toldBy && formatBrokerAddress(this.#toldBy)
    const message =
      `${error.message}. That is where broker ${brokerId} tells clients to find it, as ${toldBy} said: it must resolve and be ` +
      "reachable from here. If it is not, set the broker's `advertised.listeners`, for the listener that this client uses, to " +
      'an address that is.'
    return new LinkError(error.code, message, { sent: false, retriable: error.retriable, cause: error.cause })
  }

  #idOf({ address }: Slot): number | undefined {
    return [...this.#brokers].find(([, other]) => nameOf(other) === nameOf(address))?.[0]
  }

  #lost(slot: Slot, link: Link, error: Error | undefined): void {
    if (slot.link === link) slot.link = undefined
    if (error === undefined || this.#closed) return
    this.#options.logger.warn({ err: error, brokerId: this.#idOf(slot) }, 'a connection to a broker was lost')
    // A broker that takes connections and cuts them must not be called in a loop.
    slot.notBeforeMs = this.#options.clock.monotonic() + retryBackoff(this.#options, 1)
    this.#listener.onLost(error)
  }
}

function isUnreachable({ code }: LinkError): boolean {
  return code === 'LINK_CONNECT_FAILED' || code === 'LINK_CONNECT_TIMEOUT'
}

function nameOf({ host, port }: BrokerAddress): string {
  return `${host}:${port}`
}

function rotate<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = items.length === 0 ? 0 : by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
