/**
 * A user's program that keeps bytes on the disk: a record of an outage in the producer's spool, a file in a claim-check
 * store. It fails when one of them does not come back.
 */
export const diskProgram = `import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileClaimChecks } from '@headwater/channels'
import { startKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'

const store = fileClaimChecks('files')
const kept = await store.put(Buffer.from('large'), { contentType: 'text/plain' })
assert.equal(Buffer.from(await store.get(kept.uri)).toString(), 'large')

const kafka = await startKafka({ topics: { orders: {} } })
const producer = createProducer({
  connection: { brokers: [kafka.bootstrapServers] },
  onUnavailable: { folder: 'spool', afterMs: 50 },
})
await producer.send({ topic: 'orders', value: 'before' })
await kafka.broker(1).stop()
// What is written to a connection that nobody has noticed to be cut has no known end.
while (producer.stats().connections > 0) await sleep(10)
const result = await producer.trySend({ topic: 'orders', value: 'in the outage' })
assert.equal(result.status, 'spooled', String(result.error?.cause ?? result.error))
await kafka.broker(1).start()
while (producer.stats().replayed === 0) await sleep(10)
await producer.close()
const values = (await kafka.records('orders')).map(({ value }) => String(value))
assert.deepEqual(values, ['before', 'in the outage'])
await kafka.close()
`
