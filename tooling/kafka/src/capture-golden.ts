/**
 * Records what real clients and a real broker say to each other, as golden bytes for the codecs of
 * packages/protocol. Written anew by
 *
 *     pnpm --filter @headwater/kafka capture-golden
 *
 * which needs a JDK (the programs in java/ are run from their sources) and takes under a minute. Every run gives other
 * ids, ports and times, so the files change; run it for a new Kafka version, not for tidiness.
 *
 * - `frames.json`: request and response frames, without their size, by API and version. `client` says who made the
 *   request: `kafkajs`, `java`, or `sweep` for one that was sent once more in another version by Kafka's own codec.
 *   The broker's answer is real in each case.
 * - `batches.json`: record batches as clients sent them and as the broker returned them, with what Java reads in them.
 *   Keys, values, header names and header values are in base64.
 * - `murmur2.json`: pairs of input (in hex) and `org.apache.kafka.common.utils.Utils.murmur2` of it, as an int.
 */
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { driveKafkajs } from './drive-kafkajs.ts'
import { fetchKafkaJars, type KafkaJars } from './kafka-jars.ts'
import { RecordingProxy, type RecordedFrame } from './recording-proxy.ts'
import { startRealKafka } from './start-real-kafka.ts'

const goldenFolder = resolve(import.meta.dirname, '../../../packages/protocol/test/golden')
/** Larger frames say nothing new. */
const maxFrameBytes = 6144
const maxPerVersion = 2

interface Frame {
  readonly key: number
  readonly version: number
  readonly client: string
  readonly request: string
  readonly response: string
}

async function runJava(
  jars: KafkaJars,
  program: string,
  args: readonly string[],
  input = '',
): Promise<readonly string[]> {
  const file = resolve(import.meta.dirname, '../java', `${program}.java`)
  const child = spawn(
    jars.java,
    ['-XX:TieredStopAtLevel=1', '-cp', join(jars.libFolder, '*'), file, ...args],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const closed = new Promise<number | null>((done) => child.once('close', done))
  child.stdin.end(input)
  const output = await text(child.stdout)
  const code = await closed
  if (code !== 0) throw new Error(`java/${program}.java ended with code ${code}; what it said is above`)
  return output.split('\n').filter((line) => line !== '')
}

const toLine = (client: string, { request, response }: RecordedFrame): string =>
  `${client} ${request.toString('base64')} ${response.toString('base64')}\n`

/** The first small frames of each API and version, no two of one client: the recorded ones come before the swept. */
function chooseFrames(lines: readonly string[]): readonly string[] {
  const chosen = new Map<string, { readonly clients: Set<string>; readonly lines: string[] }>()
  for (const line of lines) {
    const { key, version, client, request, response } = JSON.parse(line) as Frame
    if (Math.max(request.length, response.length) * 0.75 > maxFrameBytes) continue
    const id = `${String(key).padStart(3, '0')}/${String(version).padStart(3, '0')}`
    const entry = chosen.get(id) ?? { clients: new Set(), lines: [] }
    chosen.set(id, entry)
    if (entry.clients.has(client) || entry.lines.length >= maxPerVersion) continue
    entry.clients.add(client)
    entry.lines.push(line)
  }
  return [...chosen].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, entry]) => entry.lines)
}

async function writeLines(name: string, lines: readonly string[]): Promise<void> {
  const json = `[\n${lines.join(',\n')}\n]\n`
  await writeFile(join(goldenFolder, name), json)
  console.log(`${name}: ${lines.length} entries, ${Math.ceil(json.length / 1024)} KiB`)
}

async function capture(): Promise<void> {
  const jars = await fetchKafkaJars()
  await mkdir(goldenFolder, { recursive: true })
  await writeLines('murmur2.json', await runJava(jars, 'Murmur2', []))
  await using proxy = await RecordingProxy.listen()
  await using saslProxy = await RecordingProxy.listen()
  await using kafka = await startRealKafka({
    proxiedPorts: [proxy.port],
    sasl: { mechanism: 'SCRAM-SHA-512', users: { golden: 'golden-password' } },
  })
  const [broker] = kafka.brokers
  proxy.forwardTo(broker?.proxyTargetPort as number)
  saslProxy.forwardTo(Number(kafka.saslBootstrapServers?.split(':')[1]))
  const bootstraps = [`127.0.0.1:${proxy.port}`, `127.0.0.1:${saslProxy.port}`] as const
  await driveKafkajs(...bootstraps)
  const ofKafkajs = [proxy.frames.length, saslProxy.frames.length] as const
  await runJava(jars, 'Clients', bootstraps)
  const input = [
    ...proxy.frames.map((frame, i) => toLine(i < ofKafkajs[0] ? 'kafkajs' : 'java', frame)),
    ...saslProxy.frames.map((frame, i) => toLine(i < ofKafkajs[1] ? 'kafkajs' : 'java', frame)),
  ]
  const lines = await runJava(jars, 'Oracle', [String(broker?.port)], input.join(''))
  await writeLines('frames.json', chooseFrames(lines.filter((line) => line.startsWith('{"api"'))))
  await writeLines(
    'batches.json',
    lines.filter((line) => line.startsWith('{"source"')),
  )
}

await capture()
