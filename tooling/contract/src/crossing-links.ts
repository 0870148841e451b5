import { silentLogger, systemClock } from '@headwater/base'
import {
  createKafkajsLinks,
  LinkError,
  type BrokerAddress,
  type Link,
  type LinkFactory,
  type LinkSendOptions,
} from '@headwater/producer'
import type { AnyApi } from '@headwater/protocol'

/** A request on its way: `pass` writes it and gives the answer. */
interface Crossing {
  /** Kafka's name of the request. */
  readonly api: string
  pass(): Promise<Uint8Array>
  /** Cuts the connection, as if nobody had answered. */
  cut(): never
}

/** What happens to a request. */
export type Cross = (crossing: Crossing) => Promise<Uint8Array>

/** The producer's own connections, where every request goes through a function that may lose it or its answer. */
export function crossingLinks(brokers: readonly string[], cross: Cross): LinkFactory {
  const connection = { brokers: [...brokers], clientId: 'contract' }
  const inner = createKafkajsLinks({ connection }, { logger: silentLogger, clock: systemClock })
  return {
    seeds: () => inner.seeds(),
    open: async (address) => new CrossingLink(await inner.open(address), cross),
    close: () => inner.close(),
  }
}

class CrossingLink implements Link {
  readonly #link: Link
  readonly #cross: Cross

  constructor(link: Link, cross: Cross) {
    this.#link = link
    this.#cross = cross
  }

  get address(): BrokerAddress {
    return this.#link.address
  }

  get versions(): Link['versions'] {
    return this.#link.versions
  }

  get state(): Link['state'] {
    return this.#link.state
  }

  get pending(): number {
    return this.#link.pending
  }

  get replaceAtMs(): number | undefined {
    return this.#link.replaceAtMs
  }

  pick(api: AnyApi): number {
    return this.#link.pick(api)
  }

  send(
    api: AnyApi,
    version: number,
    body: readonly Uint8Array[],
    options: LinkSendOptions,
  ): Promise<Uint8Array> {
    return this.#cross({
      api: api.name,
      pass: () => this.#link.send(api, version, body, options),
      cut: () => {
        const cause = new Error('cut by the test')
        this.#link.destroy(cause)
        throw new LinkError('LINK_CLOSED', 'the connection was cut', { sent: true, cause })
      },
    })
  }

  end(timeoutMs: number): Promise<void> {
    return this.#link.end(timeoutMs)
  }

  destroy(error: Error): void {
    this.#link.destroy(error)
  }

  onClose(listener: (error: Error | undefined) => void): void {
    this.#link.onClose(listener)
  }
}
