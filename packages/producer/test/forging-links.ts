import { silentLogger, systemClock } from '@headwater/base'
import type { EmbeddedKafka } from '@headwater/embedded'
import { createKafkajsLinks, type Link, type LinkFactory } from '../src/index.ts'

/** The answer to a request, made up without asking the broker; `undefined` to ask it. */
export type Forge = (api: string, version: number) => Uint8Array | undefined

/** Connections that answer some requests by themselves, with what a broker should never answer. */
export function forgingLinks(kafka: Pick<EmbeddedKafka, 'bootstrapServers'>, forge: Forge): LinkFactory {
  const connection = { brokers: kafka.bootstrapServers.split(','), clientId: 'forged' }
  const links = createKafkajsLinks({ connection }, { logger: silentLogger, clock: systemClock })
  return {
    seeds: () => links.seeds(),
    open: async (address) => forging(await links.open(address), forge),
    close: () => links.close(),
  }
}

function forging(link: Link, forge: Forge): Link {
  return {
    get address() {
      return link.address
    },
    get versions() {
      return link.versions
    },
    get state() {
      return link.state
    },
    get pending() {
      return link.pending
    },
    get replaceAtMs() {
      return link.replaceAtMs
    },
    pick: (api) => link.pick(api),
    send: (api, version, body, options) => {
      const forged = forge(api.name, version)
      return forged === undefined ? link.send(api, version, body, options) : Promise.resolve(forged)
    },
    end: (timeoutMs) => link.end(timeoutMs),
    destroy: (error) => link.destroy(error),
    onClose: (listener) => link.onClose(listener),
  }
}
