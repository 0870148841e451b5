import { silentLogger } from '@headwater/base'
import type { ConfigSource } from '@headwater/config'
import { startIntake, type Intake } from '@headwater/intake'
import { embeddedMetrics } from '@headwater/metrics'
import { Registry } from 'prom-client'
import { startEmbeddedCluster, useCluster, type DemoCluster } from './cluster.ts'
import { compareWithLog } from './compare-with-log.ts'
import { DemoControls } from './demo-controls.ts'
import { ensureTopics } from './ensure-topics.ts'
import { FaultSchedule, type FaultCounts } from './fault-schedule.ts'
import { keepFlowing } from './keep-flowing.ts'
import { createKafkajsClient } from './kafkajs-client.ts'
import { runLoad, type LoadResult } from './load.ts'
import { readLogPosition } from './log-position.ts'
import type { Mail } from './mail.ts'
import { openMailSource, type MailSourceOptions } from './mail-source.ts'
import type { Progress } from './progress.ts'
import { readBack } from './read-back.ts'
import { createRecordDigest } from './record-digest.ts'
import { summariseRun, type RunSummary } from './run-summary.ts'

/** What a run is asked for. */
export interface DemoOptions extends MailSourceOptions {
  /** Whether faults happen; on a cluster of one's own none can be ordered. @defaultValue true */
  readonly faults?: boolean | undefined
  /** The environment that names a cluster to run on. Default: an embedded one. */
  readonly cluster?: ConfigSource | undefined
  /**
   * Whether the live page gets buttons, and small mails go on coming, once the run is compared. On an embedded cluster
   * only. @defaultValue false
   */
  readonly keep?: boolean | undefined
}

/** What a run needs from whoever starts it. */
export interface DemoContext {
  readonly progress: Progress
  /** Ends the run in the middle; it rejects then. */
  readonly signal: AbortSignal
  /** Hears where the intake listens, and whether it has a live page, before anything is sent. */
  readonly onListen: (intakeUrl: string, live: boolean) => void
  /** Hears the result while everything is still up, and may keep it up. */
  readonly onSummary: (summary: RunSummary, setting: DemoSetting) => Promise<void> | void
}

/** Where a run took place, and what can be looked at while it is up. */
export interface DemoSetting {
  /** Files that its mails were made of. */
  readonly files: number
  /** Whether the cluster runs in this process. */
  readonly embedded: boolean
  readonly intakeUrl: string
  /** Whether the intake has a live page. */
  readonly live: boolean
  readonly bootstrapServers: string
  readonly registryUrl: string
  readonly topics: readonly string[]
}

/** As many mails as are on their way at once. */
const concurrency = 64
const partitions = 6

/** Runs the main job: mails over HTTP into Kafka, faults on the way, read back and compared. */
export async function runDemo(options: DemoOptions, context: DemoContext): Promise<RunSummary> {
  const { progress, signal } = context
  const { files, mails } = await openMailSource(options)
  const startMs = performance.now()
  progress.show(
    options.cluster === undefined ? 'starting three brokers, registry, intake' : 'starting the intake',
  )
  await using cluster = await (options.cluster === undefined
    ? startEmbeddedCluster()
    : useCluster(options.cluster))
  const { config, claimCheckDir } = cluster
  const { rawMessages, deadLetters } = config.topics
  const topics = [rawMessages, deadLetters]
  const kafka = createKafkajsClient(config.connection)
  await ensureTopics(
    kafka,
    { [rawMessages]: { partitions }, [deadLetters]: { partitions: 1 } },
    config.durability.minInsyncReplicas,
  )
  const from = await readLogPosition(kafka, topics)
  // Faults make the producer warn, which is its duty and no news here; what matters is in the table.
  const controls = options.keep === true ? controlsOf(cluster) : undefined
  // One page of metrics for the intake and the cluster that it writes to.
  const metrics = new Registry()
  if (cluster.embedded !== undefined) embeddedMetrics(metrics, cluster.embedded)
  await using intake = await startIntake(config, {
    logger: silentLogger,
    liveControls: controls,
    registry: metrics,
  })
  signal.throwIfAborted()
  context.onListen(intake.url, config.intake.live)

  const schedule = options.faults === false ? undefined : scheduleFor(cluster, mails.length)
  const { sends, elapsedMs } = await load(mails, intake, { schedule, progress, signal })
  progress.show('reading back')
  const registry = config.registry
  const records = await readBack({
    kafka,
    topics,
    from,
    digest: createRecordDigest({ registry, deadLetterTopic: deadLetters, claimCheckDir }),
    onProgress: (read) => progress.show('reading back', `${whole(read)} records`),
    signal,
  })
  const summary = summariseRun(sends, compareWithLog(sends, records), {
    faults: schedule?.counts() ?? {},
    loadMs: elapsedMs,
    totalMs: performance.now() - startMs,
  })
  progress.end()
  await using _flow = controls === undefined ? undefined : startFlow(controls, intake.url)
  await context.onSummary(summary, {
    files,
    embedded: cluster.embedded !== undefined,
    intakeUrl: intake.url,
    live: config.intake.live,
    bootstrapServers: config.connection.brokers.join(','),
    registryUrl: registry.url ?? '',
    topics,
  })
  return summary
}

function controlsOf({ embedded, config }: DemoCluster): DemoControls | undefined {
  if (embedded === undefined) return undefined
  const { rawMessages: topic, deadLetters } = config.topics
  return new DemoControls({
    kafka: embedded,
    brokers: embedded.bootstrapServers.split(',').length,
    topics: { [topic]: partitions, [deadLetters]: 1 },
    topic,
  })
}

/** Until it is disposed of, mails come and things may go wrong. */
function startFlow(controls: DemoControls, intakeUrl: string): AsyncDisposable {
  const stop = new AbortController()
  controls.open()
  const ended = keepFlowing(intakeUrl, stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      controls.release()
      await ended
    },
  }
}

function scheduleFor({ embedded, config }: DemoCluster, total: number): FaultSchedule | undefined {
  if (embedded === undefined) return undefined
  const { rawMessages: topic, deadLetters: deadLetterTopic } = config.topics
  const { requestTimeoutMs } = config.producer
  return new FaultSchedule({ kafka: embedded, topic, partitions, deadLetterTopic, requestTimeoutMs }, total)
}

interface LoadContext extends Pick<DemoContext, 'progress' | 'signal'> {
  readonly schedule: FaultSchedule | undefined
}

async function load(
  mails: readonly Mail[],
  intake: Intake,
  { schedule, progress, signal }: LoadContext,
): Promise<LoadResult> {
  let ended = 0
  return await runLoad(mails, {
    intakeUrl: intake.url,
    concurrency,
    signal,
    async onEnd() {
      ended++
      progress.show(
        'sending',
        `${whole(ended)} of ${whole(mails.length)} mails, ${total(schedule?.counts())} faults so far`,
      )
      await schedule?.advance(ended)
    },
  })
}

function total(counts: FaultCounts = {}): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

function whole(count: number): string {
  return count.toLocaleString('en-US')
}
