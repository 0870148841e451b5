import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SendOptions } from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

const mebibyte = 1 << 20
const perSecond = 5000
const tickMs = 10

/** Heap and buffers, garbage included; the resident size would tell of the test runner, too. */
function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** What became of the records of an outage. */
interface Outage {
  readonly accepted: readonly string[]
  readonly failed: Readonly<Record<string, number>>
  readonly grownBytes: number
}

describe('an outage of all brokers', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ brokers: 3, topics: { orders: { partitions: 6 } } })
  })
  afterEach(() => kafka.close())

  /** Sends 5,000 records of 1 KiB a second over 50 keys while no broker is there, then brings the brokers back. */
  const outage = async (
    producer: ReturnType<typeof producerFor>,
    options: SendOptions & { wait?: boolean },
    seconds: number,
  ): Promise<Outage> => {
    const accepted: string[] = []
    const failed: Record<string, number> = {}
    const padding = 'x'.repeat(1000)
    await producer.sendMany(
      Array.from({ length: 6 }, (_, partition) => ({ topic: 'orders', partition, value: 'warm' })),
    )
    const ids = [1, 2, 3]
    await Promise.all(ids.map((id) => kafka.broker(id).stop()))
    const before = usedBytes()
    let peak = before
    let sent = 0
    let settled = 0
    const startMs = performance.now()
    while (performance.now() - startMs < seconds * 1000) {
      const due = ((performance.now() - startMs) / 1000) * perSecond
      while (sent < due) {
        const id = `k${sent % 50}/${Math.floor(sent / 50)}`
        sent++
        void producer
          .trySend({ topic: 'orders', key: id.split('/')[0], value: `${id} ${padding}` }, options)
          .then((result) => {
            settled++
            if (result.status === 'delivered') accepted.push(id)
            else
              failed[`${result.status} ${result.error?.code}`] =
                (failed[`${result.status} ${result.error?.code}`] ?? 0) + 1
          })
      }
      peak = Math.max(peak, usedBytes())
      await new Promise((resolve) => setTimeout(resolve, tickMs))
    }
    expect(accepted).toEqual([])
    for (const id of ids) await kafka.broker(id).start()
    await until(() => settled === sent)
    return { accepted, failed, grownBytes: peak - before }
  }

  /** The log holds what was acknowledged, once, and each key's records in the order of their calls. */
  const expectLogHolds = async (accepted: readonly string[]): Promise<void> => {
    const log = (await kafka.records('orders'))
      .map(({ value }) => value!.toString().split(' ')[0]!)
      .filter((id) => id !== 'warm')
    expect(log.toSorted()).toEqual(accepted.toSorted())
    const latest = new Map<string, number>()
    for (const id of log) {
      const [key, number] = id.split('/') as [string, string]
      expect(Number(number)).toBeGreaterThan(latest.get(key) ?? -1)
      latest.set(key, Number(number))
    }
  }

  const bufferMemory = 8 * mebibyte
  const allowed = 2 * bufferMemory + bufferMemory + 64 * mebibyte

  it('costs bounded memory; who waits is delivered afterwards, once and in order, the rest hears BUFFER_FULL', async () => {
    const producer = producerFor(kafka, { bufferMemory })
    const { accepted, failed, grownBytes } = await outage(producer, {}, 6)
    expect(Object.keys(failed)).toEqual(['not-sent BUFFER_FULL'])
    // What the two bounds hold of records of 1 KiB: nearly all of 16 MiB.
    expect(accepted.length).toBeGreaterThan(14_000)
    expect(grownBytes).toBeLessThan(allowed)
    console.log(`grown by ${Math.round(grownBytes / mebibyte)} MiB of ${allowed / mebibyte} allowed`)
    await expectLogHolds(accepted)
  })

  it('is told at once to who does not wait', async () => {
    const producer = producerFor(kafka, { bufferMemory })
    const { accepted, failed } = await outage(producer, { wait: false }, 3)
    expect(Object.keys(failed)).toEqual(['not-sent BUFFER_FULL'])
    expect(accepted.length).toBeGreaterThan(7000)
    expect(accepted.length).toBeLessThan(8200)
    await expectLogHolds(accepted)
  })

  it('ends sends that wait longer than maxBlockMs', async () => {
    const producer = producerFor(kafka, { bufferMemory: mebibyte, maxBlockMs: 300 })
    const { accepted, failed } = await outage(producer, {}, 1.5)
    expect(Object.keys(failed)).toEqual(['not-sent BUFFER_FULL'])
    expect(failed['not-sent BUFFER_FULL']).toBeGreaterThan(3000)
    await expectLogHolds(accepted)
  })
})
