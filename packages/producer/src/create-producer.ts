import { DeadLetters } from './dead-letter/dead-letters.ts'
import { deadLetterTuning } from './dead-letter/resolve-dead-letters.ts'
import { toLetterHooks } from './dead-letter/letter-hooks.ts'
import { guardLogger } from './engine/guard-logger.ts'
import { resolveOptions, type ResolvedOptions } from './engine/resolve-options.ts'
import { KafkaProducer } from './kafka-producer.ts'
import { createKafkajsLinks } from './link/kafkajs-links.ts'
import type { LinkFactory } from './link/link.ts'
import type { ProducerConnection, ProducerOptions } from './producer-options.ts'
import type { Producer } from './producer.ts'

/**
 * Makes a producer. Nothing is connected until the first send, or `ready()`.
 *
 * @throws HeadwaterError `INVALID_OPTIONS`, naming every option that cannot work.
 */
export function createProducer(options: ProducerOptions): Producer {
  const given = resolveOptions(options)
  const resolved = { ...given, logger: guardLogger(given.logger) }
  const deadLetters = new DeadLetters(resolved, () => deadLetterProducer(options, resolved))
  return new KafkaProducer(linksOf(options, resolved), resolved, [deadLetters])
}

function linksOf(options: ProducerOptions, resolved: ResolvedOptions): LinkFactory {
  const lent = lentLinks(options)
  if (lent !== undefined) return lent
  const { logger, clock } = resolved
  return createKafkajsLinks(options as Exclude<ProducerConnection, { links: LinkFactory }>, { logger, clock })
}

function lentLinks(options: ProducerOptions): LinkFactory | undefined {
  return 'links' in options ? options.links : undefined
}

/** The producer that writes the dead letters of another: to the same brokers, over connections of its own. */
function deadLetterProducer(options: ProducerOptions, producer: ResolvedOptions): Producer {
  const resolved = {
    ...resolveOptions(deadLetterTuning(producer, producer.onRejected?.limits)),
    hooks: toLetterHooks(producer.hooks),
    clientId: producer.clientId,
    published: false,
  }
  const links = linksOf(options, resolved)
  if (lentLinks(options) === undefined) return new KafkaProducer(links, resolved, [])
  // They are closed with the producer that they were given to.
  const lent: LinkFactory = {
    seeds: () => links.seeds(),
    open: (address) => links.open(address),
    close: () => Promise.resolve(),
  }
  return new KafkaProducer(lent, resolved, [])
}
