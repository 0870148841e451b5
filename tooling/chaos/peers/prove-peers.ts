/**
 * `node prove-peers.ts [name...]`: shows on a real broker that each adapter does what a contender must, before chaos
 * blames a client for its adapter's fault. Every client sends 10,000 keyed records, and the log says what became of
 * them, and where: all must put the same keys into the same partitions. It commits and aborts transactions, and
 * sends while its broker is gone, and while it is frozen, for longer than the delivery timeout. What a client does to
 * records where nothing fails is printed, not judged.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startRealKafka } from '@headwater/kafka'
import { Kafka, logLevel, type Admin } from 'kafkajs'
import type { Contender, ContenderOptions, OpenContender } from '../src/contender.ts'
import { readLogs } from '../src/read-logs.ts'
import { installPeers } from './install-peers.ts'

const recordCount = 10_000
const keyCount = 97
const partitions = 6
const awayDeliveryTimeoutMs = 3000

interface LogRecord {
  readonly partition: number
  readonly key: string
  readonly value: string
}

/** Reads what a read_committed consumer sees, once two looks agree: markers follow their commit a little later. */
async function readTopic(topic: string): Promise<readonly LogRecord[]> {
  let before = -1
  for (;;) {
    const files = await readLogs(cluster.bootstrapServers, [topic], folder, 'read_committed')
    const lines = readFileSync(files.get(topic) ?? '', 'utf8')
      .split('\n')
      .slice(0, -1)
    if (lines.length === before) {
      return lines.map((line) => {
        const [partition = '', , key = '', value = ''] = line.split(' ')
        return { partition: Number(partition), key, value }
      })
    }
    before = lines.length
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const startedAt = performance.now()
  const result = await work()
  return { result, ms: Math.round(performance.now() - startedAt) }
}

async function sendAll(
  producer: OpenContender,
  topic: string,
  count: number,
): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {}
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next
      next += 1
      const outcome = await producer
        .send({ topic, key: `key-${index % keyCount}`, value: Buffer.from(String(index)) })
        .then(
          () => 'acknowledged',
          (error: unknown) => describe(error),
        )
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: 1000 }, worker))
  return outcomes
}

function describe(error: unknown): string {
  assert(error instanceof Error, `rejected with something that is no Error: ${String(error)}`)
  const code = 'code' in error ? String(error.code) : error.name
  return `${code} (${innermost(error).message.split('\n')[0]?.slice(0, 90)})`
}

function innermost(error: Error): Error {
  const inner: unknown = error instanceof AggregateError ? error.errors.at(-1) : error.cause
  return inner instanceof Error ? innermost(inner) : error
}

async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const brokers = cluster.bootstrapServers.split(',')
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/**
 * A new partition, or a broker that was away for long, is refused for a moment; a send that fails in part then makes
 * kafkajs refuse every later record for its sequence number, which says nothing about its adapter.
 */
async function untilServed(topic: string): Promise<void> {
  const isServed = (): Promise<boolean> =>
    withAdmin(async (admin) => {
      await admin.fetchTopicOffsets(topic)
      return ((await admin.describeCluster()).controller ?? -1) >= 0
    }).catch(() => false)
  while (!(await isServed())) await delay(200)
}

async function proveDelivery(contender: Contender, topic: string): Promise<string> {
  const producer = await contender.open(options)
  const { result, ms } = await timed(() => sendAll(producer, topic, recordCount))
  const explicit = await producer
    .send({ topic, key: 'explicit', value: Buffer.from('explicit'), partition: 4 })
    .then(() => 'acknowledged', describe)
  await producer.close()
  const log = await readTopic(topic)
  const wrong = log.filter(({ key, partition }) => key === 'explicit' && partition !== 4)
  assert.equal(wrong.length, 0, 'an explicit partition was not honoured')
  const sent = log.filter(({ key }) => key !== 'explicit')
  const distinct = new Set(sent.map(({ value }) => value)).size
  const lastOfKey = new Map<string, number>()
  let reordered = 0
  for (const { key, value } of sent) {
    if (Number(value) < (lastOfKey.get(key) ?? -1)) reordered += 1
    lastOfKey.set(key, Math.max(Number(value), lastOfKey.get(key) ?? -1))
  }
  const placement = [...new Map(sent.map(({ key, partition }) => [key, partition]))]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, partition]) => partition)
    .join('')
  const counts = { ...result, explicit, distinct, doubled: sent.length - distinct, reordered }
  return `${JSON.stringify(counts)} in ${ms} ms, keys at ${placement.slice(0, 24)}`
}

async function proveTransactions(contender: Contender, topic: string): Promise<string> {
  const producer = await contender.open({ ...options, transactionalId: `prove-${topic}` })
  const transaction = async (
    records: Parameters<NonNullable<typeof producer.transaction>>[0],
  ): Promise<void> => {
    if (producer.transaction === undefined) throw new Error('has no transactions')
    await producer.transaction(records)
  }
  const batch = (from: number): { topic: string; key: string; value: Buffer }[] =>
    Array.from({ length: 10 }, (_, index) => ({
      topic,
      key: `key-${index}`,
      value: Buffer.from(String(from + index)),
    }))
  const { ms } = await timed(async () => {
    for (let count = 0; count < 10; count += 1) await transaction(batch(count * 10))
  })
  // Larger than the broker takes, so that the transaction fails after some of its records were written or refused.
  const tooLarge = { topic, key: 'too-large', value: Buffer.alloc(2_000_000) }
  const refused = await transaction([...batch(1000), tooLarge]).then(() => 'committed', describe)
  const after: string[] = []
  for (let count = 0; count < 3; count += 1) {
    after.push(await transaction(batch(100 + count * 10)).then(() => 'committed', describe))
  }
  await producer.close()
  const values = (await readTopic(topic)).map(({ value }) => Number(value)).toSorted((a, b) => a - b)
  return `10 committed in ${ms} ms; one too large: ${refused}; then: ${after.join(', ')}; ${values.length} records seen, highest ${values.at(-1)}`
}

async function proveAbsence(contender: Contender, topic: string, away: 'kill' | 'freeze'): Promise<string> {
  const producer = await contender.open({ ...options, deliveryTimeoutMs: awayDeliveryTimeoutMs })
  await producer.send({ topic, key: 'before', value: Buffer.from('before') })
  await cluster[away](0)
  // SIGSTOP returns before every thread of the broker has stopped.
  await delay(1000)
  const { result, ms } = await timed(() => sendAll(producer, topic, 100))
  const closing = await timed(() => producer.close())
  await (away === 'kill' ? cluster.start(0) : cluster.thaw(0))
  assert.equal(result['acknowledged'], undefined)
  return `${JSON.stringify(result)} after ${ms} ms (delivery timeout ${awayDeliveryTimeoutMs}), closed in ${closing.ms} ms`
}

const { contenders, missing } = await installPeers()
for (const { name, reason } of missing) console.log(`left out ${name}: ${reason}`)
const wanted = process.argv.slice(2)
await using cluster = await startRealKafka()
const folder = await mkdtemp(join(tmpdir(), 'prove-peers-'))
const options: ContenderOptions = { bootstrapServers: cluster.bootstrapServers, deliveryTimeoutMs: 30_000 }
const proofs: Readonly<Record<string, (contender: Contender, topic: string) => Promise<string>>> = {
  delivery: proveDelivery,
  transactions: proveTransactions,
  gone: (contender, topic) => proveAbsence(contender, topic, 'kill'),
  frozen: (contender, topic) => proveAbsence(contender, topic, 'freeze'),
}

const topics = contenders.flatMap((_, index) => Object.keys(proofs).map((proof) => `${proof}-${index}`))
// All at first: later the broker is not always there.
await withAdmin((admin) =>
  admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: partitions })) }),
)

for (const [index, { name, module }] of contenders.entries()) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const { contender } = (await import(module)) as { contender: Contender }
  console.log(`${contender.name} ${contender.version}`)
  for (const [proof, prove] of Object.entries(proofs)) {
    await untilServed(`${proof}-${index}`)
    console.log(`  ${proof}: ${await prove(contender, `${proof}-${index}`)}`)
  }
}
await rm(folder, { recursive: true })
