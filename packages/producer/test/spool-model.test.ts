import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProducer, LinkError, type Link, type LinkFactory, type SendResult } from '../src/index.ts'
import { expectEndsTold, keepTraces } from './kept-traces.ts'
import { ModelCluster, randomFrom } from './model-links.ts'
import { until } from './producers.ts'

const partitions = 3
const runs = Number(process.env['HEADWATER_MODEL_RUNS'] ?? 40)

/** A cluster that is out of reach now and then. */
class AwayLinks implements LinkFactory {
  readonly #cluster: ModelCluster
  readonly #open = new Set<Link>()
  away = false

  constructor(cluster: ModelCluster) {
    this.#cluster = cluster
  }

  seeds(): ReturnType<LinkFactory['seeds']> {
    return this.#cluster.seeds()
  }

  async open(address: Parameters<LinkFactory['open']>[0]): Promise<Link> {
    if (this.away) throw new LinkError('LINK_CONNECT_FAILED', 'away', { sent: false })
    const link = await this.#cluster.open(address)
    this.#open.add(link)
    return link
  }

  /** Cuts every connection, and lets none be opened. */
  goAway(): void {
    this.away = true
    for (const link of this.#open) link.destroy(new Error('away'))
    this.#open.clear()
  }

  close(): Promise<void> {
    return this.#cluster.close()
  }
}

interface Sent {
  readonly id: number
  readonly result: SendResult
}

interface Storm {
  readonly sent: readonly Sent[]
  readonly logs: readonly (readonly number[])[]
  readonly kept: ReadonlySet<number>
  readonly repeated: number
  readonly left: readonly string[]
}

describe('the spool, on a cluster that does whatever a cluster may do and is away now and then', () => {
  const storm = async (seed: number): Promise<Storm> => {
    const random = randomFrom(seed)
    const cluster = new ModelCluster(partitions, random)
    const links = new AwayLinks(cluster)
    links.away = random() < 0.3
    const folder = mkdtempSync(join(tmpdir(), 'headwater-model-'))
    const { traces, hooks } = keepTraces()
    const producer = createProducer({
      links,
      hooks,
      retryBackoffMs: 1,
      retryBackoffMaxMs: 3,
      batchSize: random() < 0.3 ? 0 : 400,
      bufferMemory: random() < 0.3 ? 2000 : 100_000,
      maxWaitingBytes: 100_000,
      maxRequestSize: 2000,
      onUnavailable: { folder, afterMs: Math.floor(random() * 12), sync: 'never' },
    })
    const sending: Promise<Sent>[] = []
    for (let id = 0; id < 400; id++) {
      const where = random() < 0.5 ? { partition: Math.floor(random() * partitions) } : { key: `k${id % 5}` }
      const hasty = random() < 0.03 ? Math.floor(random() * 15) : undefined
      const signal = random() < 0.03 ? AbortSignal.timeout(Math.floor(random() * 15)) : undefined
      sending.push(
        producer
          .trySend({ topic: 'orders', value: String(id), ...where }, { deliveryTimeoutMs: hasty, signal })
          .then((result) => ({ id, result })),
      )
      if (random() < 0.02) links.goAway()
      else if (random() < 0.03) links.away = false
      if (random() < 0.1) await cluster.pause()
      if (random() < 0.03) await new Promise((resolve) => setTimeout(resolve, random() * 15))
    }
    setTimeout(() => {
      cluster.stormy = false
      links.away = false
    }, 40)
    const sent = await Promise.all(sending)
    await until(() => producer.stats().spoolRecords === 0)
    const { replayedUnknown: repeated, pendingRecords, bufferedBytes, waitingSends } = producer.stats()
    expect({ pendingRecords, bufferedBytes, waitingSends }).toEqual({
      pendingRecords: 0,
      bufferedBytes: 0,
      waitingSends: 0,
    })
    await producer.close()
    expectEndsTold(traces)
    const path = join(folder, 'rejected.ndjson')
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
    const kept = new Set(
      lines.map((line) => Number(Buffer.from((JSON.parse(line) as { value: string }).value, 'base64'))),
    )
    const left = readdirSync(folder).filter((name) => name !== 'rejected.ndjson')
    rmSync(folder, { recursive: true })
    return { sent, logs: cluster.logs.map(({ values }) => values.map(Number)), kept, repeated, left }
  }

  const first = Number(process.env['HEADWATER_TEST_SEED'] ?? randomInt(2 ** 31 - runs))
  it(
    `loses and reorders nothing, and doubles only what it counts (seeds from ${first})`,
    async () => {
      const seen: Record<string, number> = {}
      let repeatedAll = 0
      let overtaken = 0
      for (let seed = first; seed < first + runs; seed++) {
        const { sent, logs, kept, repeated, left } = await storm(seed)
        repeatedAll += repeated
        const problems: string[] = left.map((name) => `${name} is left`)
        const copies = new Map<number, number>()
        for (const id of logs.flat()) copies.set(id, (copies.get(id) ?? 0) + 1)
        let doubled = 0
        for (const { id, result } of sent) {
          const what = `${result.status} ${result.error?.code ?? ''}`
          seen[what] = (seen[what] ?? 0) + 1
          const count = copies.get(id) ?? 0
          const safe = result.status === 'delivered' || result.status === 'spooled'
          if (safe && count === 0 && !kept.has(id)) problems.push(`record ${id} is ${what} and lost`)
          if (!safe && result.status !== 'unknown' && count > 0)
            problems.push(`record ${id} is ${what} and in the log`)
          if (count > 1 && result.status !== 'spooled')
            problems.push(`record ${id} is ${what} and ${count} times in the log`)
          doubled += Math.max(0, count - 1)
        }
        if (doubled > repeated) problems.push(`${doubled} doubles, ${repeated} repeats`)
        const safe = new Set(
          sent
            .filter(({ result: { status } }) => status === 'delivered' || status === 'spooled')
            .map(({ id }) => id),
        )
        for (const log of logs) {
          const ids = [...new Set(log)].filter((id) => safe.has(id))
          const late = ids.find((id, i) => i > 0 && id < ids[i - 1]!)
          // What was written with an open end may come to the log behind those that followed it there.
          if (late === undefined || repeated > 0) continue
          const { status, receipt } = sent.find(({ id }) => id === late)!.result
          const before = ids[ids.indexOf(late) - 1]
          const other = sent.find(({ id }) => id === before)!.result
          if ((other.receipt?.attempts ?? 0) > 1) continue
          // The case that the README names: it was written and refused before it went to the disk.
          if (status === 'spooled' && (receipt?.attempts ?? 0) > 0) {
            overtaken++
            continue
          }
          problems.push(
            `${late} (${status}, ${receipt?.attempts} attempts, ${receipt?.partition}) comes after ${before} (${other.status}, ${other.receipt?.attempts} attempts, ${other.receipt?.partition})`,
          )
        }
        expect(problems, `seed ${seed}`).toEqual([])
      }
      console.log(`${runs} storms: ${JSON.stringify(seen)}, repeated ${repeatedAll}, overtaken ${overtaken}`)
      expect(overtaken).toBeLessThanOrEqual(Math.ceil(runs / 10))
      expect(seen['spooled ']).toBeGreaterThan(runs)
      expect(seen['delivered ']).toBeGreaterThan(runs)
    },
    runs * 1500,
  )
})
