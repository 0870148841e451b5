import { silentLogger, systemClock, type Clock, type ConnectionSettings } from '@headwater/base'
import type { Kafka } from 'kafkajs'
import { createKafkajsLinks } from '../../src/link/kafkajs-links.ts'
import type { LinkFactory } from '../../src/link/link.ts'

/** The factory under test; whatever it still holds is destroyed at the end of the block. */
export function createTestLinks(
  from: ConnectionSettings | { readonly kafka: Kafka },
  clock: Clock = systemClock,
): LinkFactory & AsyncDisposable {
  const options = 'kafka' in from ? from : { connection: from }
  const links = createKafkajsLinks(options, { logger: silentLogger, clock })
  return { ...links, [Symbol.asyncDispose]: () => links.close() }
}
