import type { EmbeddedKafka } from '@headwater/embedded'
import { expect } from 'vitest'
import type { Producer } from '../src/index.ts'

/** Sends numbered records to all partitions of `orders` until it is stopped. */
export interface SteadyLoad {
  /** Records sent so far. */
  readonly count: number
  /** Stops, and holds the log to holding every record once, each partition's in the order of the calls. */
  stop(): Promise<void>
}

/** Begins to send; a record that is not delivered fails the test when the load is stopped. */
export function startSteadyLoad(producer: Producer, kafka: EmbeddedKafka, partitions: number): SteadyLoad {
  const sent: Promise<unknown>[] = []
  let isOn = true
  const sending = (async () => {
    while (isOn) {
      for (let partition = 0; partition < partitions; partition++) {
        const receipt = producer.send({ topic: 'orders', partition, value: String(sent.length) })
        // It is looked at in the end; until then it must not count as unhandled.
        receipt.catch(() => undefined)
        sent.push(receipt)
      }
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  })()
  return {
    get count() {
      return sent.length
    },
    async stop() {
      isOn = false
      await sending
      await Promise.all(sent)
      const log = Array.from({ length: partitions }, async (_, partition) =>
        (await kafka.records('orders', { partition })).map(({ value }) => Number(String(value))),
      )
      for (const [partition, values] of (await Promise.all(log)).entries()) {
        const expected = sent.flatMap((_, index) => (index % partitions === partition ? [index] : []))
        expect(values).toEqual(expected)
      }
    },
  }
}
