import type { EmbeddedKafka } from '@headwater/embedded'
import { afterEach, expect } from 'vitest'
import { createProducer, type Producer, type ProducerTuning } from '../src/index.ts'

/** Quick retries, so that a test of failures does not wait for them. */
const quick: ProducerTuning = { retryBackoffMs: 5, retryBackoffMaxMs: 20, requestTimeoutMs: 2000 }

/**
 * Gives a test producers, closes them after it, and holds every one of them to the law that whatever happened nothing is
 * left: no record unsettled, no byte accounted for, no connection.
 */
export function producersUnderTest(): (
  kafka: Pick<EmbeddedKafka, 'bootstrapServers'>,
  tuning?: ProducerTuning,
) => Producer {
  const producers: Producer[] = []
  afterEach(async () => {
    for (const producer of producers.splice(0)) {
      await producer.close({ timeoutMs: 2000 })
      expect(producer.stats()).toMatchObject({
        state: 'closed',
        pendingRecords: 0,
        bufferedBytes: 0,
        waitingBytes: 0,
        waitingSends: 0,
        connections: 0,
      })
    }
  })
  return (kafka, tuning = {}) => {
    const connection = { brokers: kafka.bootstrapServers.split(','), clientId: 'under-test' }
    const producer = createProducer({ connection, ...quick, ...tuning })
    producers.push(producer)
    return producer
  }
}

/** Resolves when a condition holds; the test's own timeout bounds the wait. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}
