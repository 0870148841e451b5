import { createProducer } from '../create-producer.ts'
import type { ProducerOptions } from '../producer-options.ts'
import type { Producer } from '../producer.ts'
import { fingerprint } from './fingerprint.ts'

/** Gives the one producer that a configuration has. */
export type SharedProducers = (options: ProducerOptions) => Producer

/**
 * Makes a {@link sharedProducer} of its own, with what it makes producers with: for tests, which give their own, and for
 * who wants more than one set of shared producers in a process.
 */
export function createSharedProducers(create: (options: ProducerOptions) => Producer): SharedProducers {
  const producers = new Map<string, Producer>()
  return (options) => {
    const key = fingerprint(options)
    const known = producers.get(key)
    if (known !== undefined && !hasEnded(known)) return known
    const producer = create(options)
    producers.set(key, producer)
    forgetEnded(producers)
    return producer
  }
}

/**
 * The producer of this process for a configuration: the same options give the same producer, whoever asks first. Nothing
 * is connected until it is used. It is closed once, by whoever ends the process, and for all: one that is closing or
 * closed is never given again, the next call makes another. So `await using` is not for it.
 *
 * Options are the same when their values are: plain objects, lists, bytes and the like are compared by what is in them;
 * functions, and objects of a class (hooks, a logger, a kafkajs client), by being the very same one. A function that is
 * written where the call is made is another one each time.
 *
 * @throws HeadwaterError `INVALID_OPTIONS` as `createProducer` does; nothing is remembered then.
 */
export const sharedProducer: SharedProducers = createSharedProducers(createProducer)

function hasEnded(producer: Producer): boolean {
  const { state } = producer.stats()
  return state === 'closing' || state === 'closed'
}

/** What is closed needs no place any more; credentials that change would leave one each time. */
function forgetEnded(producers: Map<string, Producer>): void {
  for (const [key, producer] of producers) if (hasEnded(producer)) producers.delete(key)
}
