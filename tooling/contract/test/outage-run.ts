/**
 * An outage of a whole real cluster, in a process of its own so that its memory is nobody else's: 5,000 records of 1 KiB
 * a second for 30 s while every broker is frozen. Prints what came of it as one line of JSON.
 */
import { startRealKafka, uniqueTopic } from '@headwater/kafka'
import { createProducer } from '@headwater/producer'
import kafkajs from 'kafkajs'
import { compareWithLog, readTopic, type Acknowledged } from '../src/index.ts'

const perSecond = 5000
const outageMs = 30_000
const keys = 50
const padding = 'x'.repeat(1000)

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

await using kafka = await startRealKafka({ nodes: 3, controller: 'own-process' })
const brokers = kafka.bootstrapServers.split(',')
const topic = uniqueTopic('outage')
const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin()
await admin.connect()
const configEntries = [{ name: 'min.insync.replicas', value: '2' }]
await admin.createTopics({
  waitForLeaders: true,
  topics: [{ topic, numPartitions: 6, replicationFactor: 3, configEntries }],
})
await admin.disconnect()

const producer = createProducer({ connection: { brokers }, requestTimeoutMs: 5000 })
const acknowledged: Acknowledged[] = []
const failed: Record<string, number> = {}
let sent = 0
let settled = 0
const sendOne = (): void => {
  const key = `k${sent % keys}`
  const id = `${key}/${Math.floor(sent++ / keys)}`
  void producer.trySend({ topic, key, value: id, headers: { padding } }).then((result) => {
    settled++
    if (result.status !== 'delivered') {
      const why = `${result.status} ${result.error?.code}`
      failed[why] = (failed[why] ?? 0) + 1
      return
    }
    const { partition, offset } = result.receipt
    acknowledged.push({ id, key, partition, offset })
  })
}
// Warm: connected, compiled, and with a heap of the size that such a load needs anyway.
for (let i = 0; i < 20_000; i++) {
  sendOne()
  if (i % 100 === 0) await after(1)
}
await producer.flush()
globalThis.gc?.()

const before = process.memoryUsage.rss()
let peak = before
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20)
const ids = kafka.brokers.map(({ id }) => id)
await Promise.all(ids.map((id) => kafka.freeze(id)))
const startMs = performance.now()
const sentBefore = sent
while (performance.now() - startMs < outageMs) {
  const due = ((performance.now() - startMs) / 1000) * perSecond
  while (sent - sentBefore < due) sendOne()
  await after(5)
}
const grownBytes = peak - before
await Promise.all(ids.map((id) => kafka.thaw(id)))
const thawedMs = performance.now()
while (settled < sent) await after(10)
const recoveryMs = performance.now() - thawedMs
clearInterval(watch)
const { undelivered } = await producer.close()
const report = compareWithLog(acknowledged, await readTopic(brokers, topic))
console.log(
  JSON.stringify({
    sent,
    failed,
    undelivered: undelivered.length,
    report,
    recoveryMs: Math.round(recoveryMs),
    grownMiB: Math.round(grownBytes / 2 ** 20),
    grownWithRecoveryMiB: Math.round((peak - before) / 2 ** 20),
  }),
)
