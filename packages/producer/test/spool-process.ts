import { openSync, writeSync } from 'node:fs'
import { createProducer } from '../src/index.ts'

// A process of its own, started and killed by spool-kills.embedded.test.ts.
const [brokers, folder, ledger, first, task] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
]
const producer = createProducer({
  connection: { brokers: brokers.split(',') },
  retryBackoffMs: 5,
  retryBackoffMaxMs: 50,
  requestTimeoutMs: 1000,
  deliveryTimeoutMs: 4000,
  onUnavailable: { folder, afterMs: 60 },
})
if (task === 'drain') {
  await producer.ready()
  while (producer.stats().spoolRecords > 0) await new Promise((resolve) => setTimeout(resolve, 10))
  await producer.close()
} else {
  // Written by the system call itself, before anything else happens: what stands here was told to the sender.
  const file = openSync(ledger, 'a')
  const keys = 12
  console.log('begun')
  for (let n = Number(first); ;) {
    for (let i = 0; i < 10; i++) {
      const key = `k${n % keys}`
      const id = `${key}/${n++}`
      void producer
        .trySend({ topic: 'orders', key, value: `${id} ${'x'.repeat(100)}` })
        .then(({ status }) => writeSync(file, `${status} ${id}\n`))
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
