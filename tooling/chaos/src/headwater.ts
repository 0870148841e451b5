import { createProducer, type Producer } from '@headwater/producer'
import { createRequire } from 'node:module'
import type { Contender } from './contender.ts'

const { version } = createRequire(import.meta.url)('@headwater/producer/package.json') as { version: string }

/** Headwater with its defaults. What it rejects with is a `DeliveryError`, whose `outcome` the runner reads. */
export const contender: Contender = {
  name: 'headwater',
  version,
  async open({ bootstrapServers, deliveryTimeoutMs, transactionalId }) {
    const producer: Producer = createProducer({
      connection: { brokers: bootstrapServers.split(','), clientId: 'chaos-headwater' },
      deliveryTimeoutMs,
      transactionalId,
    })
    await producer.ready({ timeoutMs: 30_000 })
    return {
      send: async (record) => void (await producer.send(record)),
      transaction: async (records) =>
        void (await producer.transaction((transaction) =>
          Promise.all(records.map((record) => transaction.send(record))),
        )),
      close: async () => void (await producer.close({ timeoutMs: deliveryTimeoutMs })),
    }
  },
}
