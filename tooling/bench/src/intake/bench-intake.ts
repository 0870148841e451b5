import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { silentLogger } from '@headwater/base'
import { loadConfig } from '@headwater/config'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { startIntake } from '@headwater/intake'
import { createAvroCodec, createRegistry } from '@headwater/schemas'
import type { LoadAnswer } from './load-process.ts'

const perSecond = 1000
const seconds = 60
/** A broker is away for ten seconds in the middle. */
const stopAfterMs = 25_000
const awayMs = 10_000
const topic = 'ingestion.raw.messages'
const secret = 'secret of the load'
/** What the intake is asked to keep to on two cores. */
const asked = { p99Ms: 250 }

/** What 60 seconds of webhooks came to. */
interface IntakeLoad {
  readonly webhooks: number
  readonly byStatus: Readonly<Record<string, number>>
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly longestMs: number
  /** Answered 200 and not in the log; in the log more than once. */
  readonly lost: number
  readonly doubled: number
  /** Answered 503 and in the log all the same. */
  readonly storedThoughRefused: number
}

/**
 * 1,000 WhatsApp webhooks a second for 60 seconds, from another process, into an intake on three embedded brokers, one
 * of which is stopped for ten seconds; then the log is compared with the answers.
 */
export async function benchIntake(): Promise<void> {
  const load = await measureIntake()
  const statuses = Object.entries(load.byStatus).map(([status, count]) => `${count} x ${status}`)
  console.log(`${load.webhooks} webhooks at ${perSecond}/s, a broker away for ${awayMs / 1000} s`)
  console.log(`answers            ${statuses.join(', ')}`)
  console.log(`latency            p50 ${load.p50Ms} ms, p95 ${load.p95Ms} ms, p99 ${load.p99Ms} ms`)
  console.log(`longest            ${load.longestMs} ms`)
  console.log(`lost               ${load.lost}`)
  console.log(`doubled            ${load.doubled}`)
  console.log(`503, yet stored    ${load.storedThoughRefused}`)
  console.log(`p99 below ${asked.p99Ms} ms    ${load.p99Ms < asked.p99Ms ? 'reached' : 'NOT REACHED'}`)
  const reports = new URL('../../.reports/', import.meta.url)
  await mkdir(reports, { recursive: true })
  await writeFile(new URL('intake.json', reports), JSON.stringify(load, undefined, 2))
}

async function measureIntake(): Promise<IntakeLoad> {
  const topics = { [topic]: { partitions: 6, replicationFactor: 3 }, 'ingestion.dlq.messages': {} }
  await using kafka = await startKafka({ brokers: 3, registry: true, topics })
  const config = loadConfig({
    KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
    SCHEMA_REGISTRY_URL: kafka.registryUrl,
    SERVICE_NAME: 'bench-intake',
    HEADWATER_PROFILE: 'dev',
    INTAKE_HOST: '127.0.0.1',
    INTAKE_PORT: '0',
    INTAKE_LIVE: 'false',
    WHATSAPP_APP_SECRET: secret,
    WHATSAPP_VERIFY_TOKEN: 'unused',
  })
  await using intake = await startIntake(config, { logger: silentLogger })
  const script = fileURLToPath(new URL('load-process.ts', import.meta.url))
  const args = [script, `${intake.url}/channels/whatsapp`, secret, String(perSecond), String(seconds)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const output = text(child.stdout)
  await after(stopAfterMs)
  await kafka.broker(2).stop()
  await after(awayMs)
  await kafka.broker(2).start()
  return compare(JSON.parse(await output) as LoadAnswer[], await storedIn(kafka))
}

async function storedIn(kafka: EmbeddedKafka): Promise<readonly string[]> {
  const registry = createRegistry({ url: kafka.registryUrl! })
  const codec = await createAvroCodec({ registry, topics: {} })
  const ids: string[] = []
  for (const { value } of await kafka.records(topic)) {
    const { payload } = (await codec.decodeAsync(value!)) as { readonly payload: { readonly wamid: string } }
    ids.push(payload.wamid)
  }
  return ids
}

function compare(answers: readonly LoadAnswer[], stored: readonly string[]): IntakeLoad {
  const copies = Map.groupBy(stored, (id) => id)
  const took = answers.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b)
  const percentile = (share: number): number =>
    Math.round(took[Math.min(took.length - 1, Math.floor(took.length * share))]! * 10) / 10
  const byStatus: Record<string, number> = {}
  for (const { status } of answers) byStatus[status] = (byStatus[status] ?? 0) + 1
  const isStored = ({ id }: LoadAnswer): boolean => copies.has(id)
  return {
    webhooks: answers.length,
    byStatus,
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    longestMs: percentile(1),
    lost: answers.filter((answer) => answer.status === 200 && !isStored(answer)).length,
    doubled: [...copies.values()].filter((ids) => ids.length > 1).length,
    storedThoughRefused: answers.filter((answer) => answer.status !== 200 && isStored(answer)).length,
  }
}
