import { spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { describe, expect, it } from 'vitest'
import { readAcknowledged, readSegment } from '../src/spool/segment.ts'
import { randomFrom } from './model-links.ts'

const kills = Number(process.env['HEADWATER_SPOOL_KILLS'] ?? 15)
/** More than any process sends. */
const numbersPerLife = 1_000_000

/** The ids that wait in a spool that no process has open. */
function waitingIn(folder: string): string[] {
  const waiting: string[] = []
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.spool'))) {
    const path = join(folder, name)
    const segment = Number.parseInt(name, 10)
    const acksPath = path.replace('.spool', '.acks')
    const acks = existsSync(acksPath) ? readFileSync(acksPath) : Buffer.alloc(0)
    const { offsets } = readAcknowledged(acks, segment)
    readSegment(readFileSync(path), segment, (offset, record) => {
      if (!offsets.has(offset)) waiting.push(idOf(record.value))
    })
  }
  return waiting
}

function idOf(value: Uint8Array | null): string {
  return String(value).split(' ')[0]!
}

/** Brokers come and go while the producers live and die. */
class Weather {
  readonly #kafka: EmbeddedKafka
  readonly #up = new Set([1, 2])

  constructor(kafka: EmbeddedKafka) {
    this.#kafka = kafka
  }

  async set(ids: readonly number[]): Promise<void> {
    for (const id of [1, 2]) {
      if (ids.includes(id) === this.#up.has(id)) continue
      if (ids.includes(id)) {
        await this.#kafka.broker(id).start()
        this.#up.add(id)
      } else {
        await this.#kafka.broker(id).stop()
        this.#up.delete(id)
      }
    }
  }
}

// Of the module: a further try has the same values, or it would hide what the first one found.
const seed = Number(process.env['HEADWATER_TEST_SEED'] ?? randomInt(1, 2 ** 31))

describe('a process that is killed with -9 while it spools and sends from the spool', () => {
  it(`loses nothing that it told of, and doubles only what it could not know (${kills} kills)`, async () => {
    const random = randomFrom(seed)
    const folder = mkdtempSync(join(tmpdir(), 'headwater-kills-'))
    const ledger = join(tmpdir(), `headwater-ledger-${process.pid}-${seed}`)
    await using kafka = await startKafka({
      brokers: 2,
      topics: { orders: { partitions: 6, replicationFactor: 1 } },
    })
    const weather = new Weather(kafka)
    const start = (life: number, task: string): ChildProcess =>
      spawn(
        process.execPath,
        [
          '--disable-warning=ExperimentalWarning',
          fileURLToPath(new URL('./spool-process.ts', import.meta.url)),
          kafka.bootstrapServers,
          folder,
          ledger,
          String(life * numbersPerLife),
          task,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
    /** How often an id may stand in the log: once, and once more for each kill that found it waiting. */
    const excuses = new Map<string, number>()
    let spoolSeen = 0
    for (let life = 0; life < kills; life++) {
      const child = start(life, 'send')
      const exited = once(child, 'exit')
      // Some die young, before or while they read what others left; the time that a process needs for its start is none of ours.
      const lifeMs = random() * 800
      if (random() < 0.1) await new Promise((resolve) => setTimeout(resolve, random() * 400))
      else await once(child.stdout!, 'data')
      const turns = 1 + Math.floor(random() * 3)
      for (let turn = 0; turn < turns; turn++) {
        const sky = random()
        await weather.set(sky < 0.45 ? [] : sky < 0.6 ? [1] : sky < 0.7 ? [2] : [1, 2])
        await new Promise((resolve) => setTimeout(resolve, lifeMs / turns))
      }
      child.kill('SIGKILL')
      const [code, signal] = (await exited) as [number | null, string | null]
      expect([life, code, signal]).toEqual([life, null, 'SIGKILL'])
      const waiting = waitingIn(folder)
      if (waiting.length > 0) spoolSeen++
      for (const id of waiting) excuses.set(id, (excuses.get(id) ?? 0) + 1)
    }
    await weather.set([1, 2])
    const last = start(kills, 'drain')
    expect(await once(last, 'exit')).toEqual([0, null])
    expect(readdirSync(folder)).toEqual([])

    const told = readFileSync(ledger, 'utf8').trimEnd().split('\n')
    const counts: Record<string, number> = {}
    for (const line of told) {
      const [status] = line.split(' ') as [string]
      counts[status] = (counts[status] ?? 0) + 1
    }
    const copies = new Map<string, number>()
    const latest = new Map<string, number>()
    const reordered: string[] = []
    for (const { value } of await kafka.records('orders')) {
      const id = idOf(value)
      copies.set(id, (copies.get(id) ?? 0) + 1)
      if (copies.get(id)! > 1) continue
      const [key, number] = id.split('/') as [string, string]
      if (Number(number) < (latest.get(key) ?? -1)) reordered.push(id)
      latest.set(key, Number(number))
    }
    const lost = told
      .map((line) => line.split(' ') as [string, string])
      .filter(([status, id]) => (status === 'delivered' || status === 'spooled') && !copies.has(id))
    const doubled = [...copies].filter(([, count]) => count > 1)
    const unexcused = doubled.filter(([id, count]) => count - 1 > (excuses.get(id) ?? 0))
    console.log(
      `seed ${seed}: ${kills} kills, ${spoolSeen} of them with records in the spool; told: ${JSON.stringify(counts)}; ` +
        `in the log ${copies.size}; lost ${lost.length}, reordered ${reordered.length}, ` +
        `doubled ${doubled.length} (waiting at a kill ${excuses.size}), without excuse ${unexcused.length}`,
    )
    expect({ lost, reordered, unexcused }).toEqual({ lost: [], reordered: [], unexcused: [] })
    // The run is one of the spool: it was used, and at most kills there was something in it.
    expect(counts['spooled']).toBeGreaterThan(100)
    expect(spoolSeen).toBeGreaterThan(kills / 5)
    rmSync(folder, { recursive: true, force: true })
    rmSync(ledger, { force: true })
  }, 600_000)
})
