import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createProducer, type Outcome, type SendResult } from '../src/index.ts'
import { expectEndsTold, keepTraces } from './kept-traces.ts'
import { ModelCluster, randomFrom } from './model-links.ts'

const partitions = 2
const runs = Number(process.env['HEADWATER_MODEL_RUNS'] ?? 60)

interface Sent {
  readonly id: string
  readonly partition: number
  readonly result: SendResult
}

/** How often a record may stand in the log by how it ended; the policies are off here. */
const possibleCopies: Readonly<Record<Outcome, readonly number[]>> = {
  delivered: [1],
  unknown: [0, 1],
  rejected: [0],
  'not-sent': [0],
  spooled: [],
  'dead-lettered': [],
}

describe('the engine, on a cluster that does whatever a cluster may do', () => {
  /** Sends 300 records while the cluster storms, with aborts and short deadlines among them, then lets it calm down. */
  const storm = async (seed: number): Promise<{ sent: Sent[]; cluster: ModelCluster }> => {
    const random = randomFrom(seed)
    const cluster = new ModelCluster(partitions, random)
    const { traces, hooks } = keepTraces()
    const producer = createProducer({
      links: cluster,
      hooks,
      retryBackoffMs: 1,
      retryBackoffMaxMs: 3,
      batchSize: random() < 0.3 ? 0 : 400,
      bufferMemory: random() < 0.3 ? 2000 : 100_000,
      maxWaitingBytes: 100_000,
      maxRequestSize: 2000,
      compressionType: random() < 0.3 ? 'gzip' : 'none',
    })
    const sending: Promise<Sent>[] = []
    for (let i = 0; i < 300; i++) {
      const partition = Math.floor(random() * partitions)
      const id = String(i)
      const hasty = random() < 0.05 ? Math.floor(random() * 15) : undefined
      const signal = random() < 0.05 ? AbortSignal.timeout(Math.floor(random() * 15)) : undefined
      sending.push(
        producer
          .trySend({ topic: 'orders', partition, value: id }, { deliveryTimeoutMs: hasty, signal })
          .then((result) => ({ id, partition, result })),
      )
      if (random() < 0.1) await cluster.pause()
    }
    setTimeout(() => (cluster.stormy = false), 60)
    const sent = await Promise.all(sending)
    expect(producer.stats()).toMatchObject({
      pendingRecords: 0,
      bufferedBytes: 0,
      waitingBytes: 0,
      waitingSends: 0,
    })
    await producer.close()
    expect(producer.stats()).toMatchObject({ inFlightRequests: 0, connections: 0 })
    expectEndsTold(traces)
    const ends = traces.map(({ told: [end] }) => (end?.status === 'failed' ? end.error : end?.receipt))
    expect(ends.filter((end, i) => end !== (sent[i]!.result.error ?? sent[i]!.result.receipt))).toEqual([])
    return { sent, cluster }
  }

  const first = randomInt(2 ** 31 - runs)
  it(
    `tells the truth about every record, once and in order (seeds from ${first})`,
    async () => {
      const seen: Record<string, number> = {}
      for (let seed = first; seed < first + runs; seed++) {
        const { sent, cluster } = await storm(seed)
        const counts = new Map<string, number>()
        for (const log of cluster.logs) for (const id of log.values) counts.set(id, (counts.get(id) ?? 0) + 1)
        const problems: string[] = []
        for (const { id, partition, result } of sent) {
          const count = counts.get(id) ?? 0
          const what = result.status === 'delivered' ? 'delivered' : `${result.status} ${result.error?.code}`
          seen[what] = (seen[what] ?? 0) + 1
          const allowed = possibleCopies[result.status]
          if (!allowed.includes(count)) problems.push(`record ${id} is ${what} and ${count} times in the log`)
          if (result.status !== 'delivered' || result.receipt.offset === undefined) continue
          const stored = cluster.logs[partition]!.values[Number(result.receipt.offset)]
          if (stored !== id) problems.push(`record ${id} is said to be where ${stored} is`)
        }
        const acknowledged = new Set(
          sent.filter(({ result }) => result.status === 'delivered').map(({ id }) => id),
        )
        for (const log of cluster.logs) {
          const ids = log.values.filter((id) => acknowledged.has(id)).map(Number)
          if (ids.some((id, i) => i > 0 && id < ids[i - 1]!)) problems.push(`out of order: ${ids.join(' ')}`)
        }
        expect(problems, `seed ${seed}`).toEqual([])
      }
      console.log(`${runs} storms: ${JSON.stringify(seen)}`)
    },
    runs * 500,
  )
})
