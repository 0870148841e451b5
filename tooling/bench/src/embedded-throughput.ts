import { createProducer } from '@headwater/producer'
import { startKafka } from '@headwater/embedded'
import { median } from './measure.ts'

const records = 100_000
const valueBytes = 1024
const rounds = 3
/** What the embedded Kafka may keep, so that its memory can be held against it. */
const maxLogBytes = 33_554_432

/** What the embedded Kafka reaches beside a real one, in the same process and with the same producer. */
export interface EmbeddedThroughput {
  readonly embeddedPerSecond: number
  readonly realPerSecond: number
  /** What the process holds more with the embedded Kafka in it than before, after its garbage has gone. */
  readonly grownBytes: number
  readonly retainedBytes: number
}

/**
 * Sends 100,000 records of 1 KiB to the embedded Kafka and to a real one, in turns, and takes the median of each.
 *
 * @param brokers - of the real one
 * @param topic - a topic there
 */
export async function measureEmbeddedThroughput(
  brokers: readonly string[],
  topic: string,
): Promise<EmbeddedThroughput> {
  const before = usedBytes()
  await using kafka = await startKafka({ maxLogBytes, topics: { [topic]: { partitions: 6 } } })
  const embedded = kafka.bootstrapServers.split(',')
  const rates = { embedded: [] as number[], real: [] as number[] }
  for (let round = 0; round <= rounds; round++) {
    const one = await sendAll(embedded, topic)
    const other = await sendAll(brokers, topic)
    // The first round warms up all three.
    if (round > 0) {
      rates.embedded.push(one)
      rates.real.push(other)
    }
  }
  return {
    embeddedPerSecond: median(rates.embedded),
    realPerSecond: median(rates.real),
    grownBytes: usedBytes() - before,
    retainedBytes: maxLogBytes,
  }
}

async function sendAll(brokers: readonly string[], topic: string): Promise<number> {
  await using producer = createProducer({ connection: { brokers, clientId: 'bench' } })
  await producer.ready()
  const value = Buffer.alloc(valueBytes, 'headwater ')
  const startMs = performance.now()
  const batch = 5000
  for (let from = 0; from < records; from += batch) {
    const outcomes = await producer.sendMany(
      Array.from({ length: batch }, (_, n) => ({ topic, key: String(from + n), value })),
    )
    const failed = outcomes.find(({ status }) => status !== 'delivered')
    if (failed !== undefined && 'error' in failed) throw failed.error
  }
  return records / ((performance.now() - startMs) / 1000)
}

/** Bytes in use; the garbage goes first where the process may say so (`--expose-gc`). */
function usedBytes(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The measurement as text for a terminal, with what the project promises of it. */
export function formatThroughput(measured: EmbeddedThroughput): string {
  const { embeddedPerSecond, realPerSecond, grownBytes, retainedBytes } = measured
  const ratio = embeddedPerSecond / realPerSecond
  const mebibytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MiB`
  const count = (n: number): string => Math.round(n).toLocaleString('en-US')
  return [
    `100,000 records of 1 KiB, embedded: ${count(embeddedPerSecond)}/s, real: ${count(realPerSecond)}/s; ratio ${ratio.toFixed(2)}, at least 0.5${ratio >= 0.5 ? '' : '   NOT REACHED'}`,
    `the embedded Kafka keeps ${mebibytes(retainedBytes)} and the process grew by ${mebibytes(grownBytes)}, at most ${mebibytes(retainedBytes + 100_000_000)}${grownBytes <= retainedBytes + 100_000_000 ? '' : '   NOT REACHED'}`,
  ].join('\n')
}
