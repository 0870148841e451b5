import { test, type TestAPI } from 'vitest'
import type { EmbeddedKafka } from '../embedded-kafka.ts'
import { startKafka } from '../start-kafka.ts'
import type { StartKafkaOptions } from '../start-kafka-options.ts'
import { KafkaNamespace } from './kafka-namespace.ts'
import { printJournal } from './print-journal.ts'

/** What {@link sharedKafkaTest} gives to a test. */
export interface NamespaceFixture {
  /** The cluster that all tests of a file share; it starts when the first test names a namespace. */
  readonly sharedKafka: EmbeddedKafka
  /** This test's own part of it. */
  readonly namespace: KafkaNamespace
}

/**
 * Makes vitest's `test` with one cluster a file, in which each test that asks for `namespace` has names of its own; so
 * tests may run concurrently. A test whose namespace's fault never fired fails; the journal of a test that fails is
 * printed. Faults that are ordered on `sharedKafka` itself hit all tests, and none answers for them.
 *
 * @param options - as for `startKafka`.
 */
export function sharedKafkaTest(options: StartKafkaOptions = {}): TestAPI<NamespaceFixture> {
  let count = 0
  return test.extend<NamespaceFixture>({
    sharedKafka: [
      // vitest reads from this pattern that the fixture needs no other.
      // oxlint-disable-next-line no-empty-pattern
      async ({}, use) => {
        await using kafka = await startKafka(options)
        await use(kafka)
      },
      { scope: 'file' },
    ],
    namespace: async ({ task, onTestFailed, sharedKafka }, use) => {
      const namespace = new KafkaNamespace(sharedKafka, ++count, task.name)
      onTestFailed(() => printJournal(task.name, namespace.entries))
      await use(namespace)
      // A test that has failed already may not have come to its faults: they would only hide the reason.
      if (task.result?.state !== 'fail') namespace.faults.assertSpent()
    },
  })
}
