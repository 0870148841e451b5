import { test, type TestAPI } from 'vitest'
import type { EmbeddedKafka } from '../embedded-kafka.ts'
import { startKafka } from '../start-kafka.ts'
import type { StartKafkaOptions } from '../start-kafka-options.ts'
import { printJournal } from './print-journal.ts'

/** What {@link kafkaTest} gives to a test. */
export interface KafkaFixture {
  /** A cluster that no other test sees. It starts when a test names it, and ends with the test. */
  readonly kafka: EmbeddedKafka
}

/**
 * Makes vitest's `test` with a cluster of its own for each test that asks for `kafka`. A test that ordered a fault,
 * of Kafka or of the registry, which never fired, fails; the journal of a test that fails is printed.
 *
 * @param options - as for `startKafka`; ports are better left free, since files run side by side.
 */
export function kafkaTest(options: StartKafkaOptions = {}): TestAPI<KafkaFixture> {
  return test.extend<KafkaFixture>({
    kafka: async ({ task, onTestFailed }, use) => {
      await using kafka = await startKafka(options)
      onTestFailed(() => printJournal(task.name, kafka.journal.entries))
      await use(kafka)
      // A test that has failed already may not have come to its faults: they would only hide the reason.
      if (task.result?.state === 'fail') return
      kafka.faults.assertSpent()
      if (options.registry !== undefined && options.registry !== false) kafka.registry.faults.assertSpent()
    },
  })
}
