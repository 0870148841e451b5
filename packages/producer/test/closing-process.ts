import { once } from 'node:events'
import { createProducer, type Outcome } from '../src/index.ts'

// A process of its own, started by closing-process.embedded.test.ts: only so can be seen that nothing holds it back.
const producer = createProducer({ connection: { brokers: process.argv[2]!.split(',') } })
await Promise.all(
  [0, 1, 2, 3].map((partition) => producer.send({ topic: 'orders', partition, value: 'warm' })),
)
console.log('connected')
process.stdin.resume()
await once(process.stdin, 'end')

let settled = 0
for (let i = 0; i < 10_000; i++) {
  void producer.trySend({ topic: 'orders', key: `k${i}`, value: 'x'.repeat(200) }).then(() => settled++)
}
// Some requests are to be under way.
await new Promise((resolve) => setTimeout(resolve, 100))
const startMs = performance.now()
const { undelivered } = await producer.close({ timeoutMs: 2000 })
const closeMs = performance.now() - startMs
const outcomes: Partial<Record<Outcome, number>> = {}
for (const { error } of undelivered) outcomes[error.outcome] = (outcomes[error.outcome] ?? 0) + 1
await new Promise((resolve) => setImmediate(resolve))
console.log(
  JSON.stringify({
    undelivered: undelivered.length,
    settled,
    outcomes,
    closeMs,
    closedAtMs: Date.now(),
    stats: producer.stats(),
  }),
)
