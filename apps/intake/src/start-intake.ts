import type { FastifyInstance } from 'fastify'
import { systemClock, type Logger } from '@headwater/base'
import { createMailParser, emailChannel, type MailParser } from '@headwater/channels'
import type { Config } from '@headwater/config'
import { childLogger, limitRepeats } from '@headwater/events'
import {
  codecMetrics,
  intakeMetrics,
  prometheusMetrics,
  registryMetrics,
  type AnyRegistry,
  type ExemplarSource,
  type IntakeMetrics,
} from '@headwater/metrics'
import { otelTracing } from '@headwater/metrics/otel'
import { createProducer, type CloseResult, type Producer, type ProducerStats } from '@headwater/producer'
import { Registry } from 'prom-client'
import { createLogger } from './create-logger.ts'
import { createServer, stopServer } from './create-server.ts'
import { createEmailGate } from './email-gate.ts'
import { emailRoute } from './email-route.ts'
import { IdentifiedFailures } from './identified-failures.ts'
import { intakeChannels } from './intake-channels.ts'
import { intakeClaimChecks } from './intake-claim-checks.ts'
import { openCodec } from './open-codec.ts'
import type { LiveControls } from './live/live-controls.ts'
import { LiveRecorder } from './live/live-recorder.ts'
import { liveRoutes } from './live/live-routes.ts'
import { operatorRoutes } from './operator-routes.ts'
import { Readiness } from './readiness.ts'
import { webhookRoutes } from './webhook-routes.ts'

/** What a program may bring along. */
export interface StartIntakeOptions {
  /** Default: a pino logger on stdout at the configured level. */
  readonly logger?: Logger | undefined
  /** Where the metrics go. Default: a registry of its own. */
  readonly registry?: AnyRegistry | undefined
  /** Says in which trace a message is, for exemplars; see `prometheusMetrics`. Default: none. */
  readonly exemplar?: ExemplarSource | undefined
  /**
   * Milliseconds that the start waits for the schema registry.
   *
   * @defaultValue 30000
   */
  readonly registryWaitMs?: number | undefined
  /** Gives a start up that still waits for the registry. */
  readonly signal?: AbortSignal | undefined
  /** Buttons on the live page that do things to the cluster. Default: none. Without `INTAKE_LIVE` there is no page. */
  readonly liveControls?: LiveControls | undefined
}

/** A running intake. */
export interface Intake extends AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string
  /** What its producer has done so far and holds now. */
  stats(): ProducerStats
  /**
   * Stops listening, answers the requests that are in, and closes the producer. Idempotent.
   *
   * @param options.timeoutMs - for all of it; what is not done then is cut. Default 10000.
   */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<CloseResult>
}

/**
 * Starts the HTTP intake of all channels. It resolves when it listens; brokers are not waited for, `/readyz` tells of
 * them.
 *
 * @throws when the registry does not take the schemas within its time, or the port is taken; nothing is left running.
 */
export async function startIntake(config: Config, options: StartIntakeOptions = {}): Promise<Intake> {
  const logger = limitRepeats(options.logger ?? createLogger(config))
  const registry = options.registry ?? new Registry()
  const readiness = new Readiness()
  const ingest = intakeMetrics(registry, { exemplar: options.exemplar })
  const surroundings = { logger, ingest, registry, options }
  const { codec, producer, recorder } = await openKafka(config, surroundings)
  try {
    const { channel, webhooks, parser } = openChannels(config, { ...surroundings, codec, producer, recorder })
    const { maxBodyBytes, trustedProxies } = config.intake
    const server = createServer({
      maxBodyBytes,
      trustedProxies,
      logger: childLogger(logger, { component: 'http' }),
      readiness,
      metrics: ingest,
    })
    const gate = createEmailGate(config)
    if (gate === undefined) logger.warn({}, 'raw mails are not taken: set EMAIL_API_KEYS to take them')
    else emailRoute(server, channel, gate)
    webhookRoutes(server, webhooks)
    operatorRoutes(server, { registry, ready: () => readiness.check(producer) })
    if (recorder !== undefined) {
      liveRoutes(server, {
        recorder,
        stats: () => producer.stats(),
        controls: options.liveControls,
        logger: childLogger(logger, { component: 'live' }),
      })
    }
    const url = await server.listen({ host: config.intake.host, port: config.intake.port })
    logger.info({ url, topic: config.topics.rawMessages }, 'the intake listens')
    return toIntake(url, server, { producer, readiness, logger, parser })
  } catch (thrown) {
    // Also for a channel whose key or origin is none: the producer holds the folder of its spool by then.
    await producer.close({ timeoutMs: 0 })
    throw thrown
  }
}

interface Surroundings {
  readonly logger: Logger
  readonly ingest: IntakeMetrics
  readonly registry: AnyRegistry
  readonly options: StartIntakeOptions
}

async function openKafka(config: Config, { logger, registry, options }: Surroundings) {
  const { connection, service, intake } = config
  const part = (component: string): Logger => childLogger(logger, { component })
  const codec = await openCodec(config, {
    logger: part('registry'),
    waitMs: options.registryWaitMs ?? 30_000,
    signal: options.signal,
    registryHooks: registryMetrics(registry),
    codecHooks: codecMetrics(registry),
  })
  const recorder = intake.live ? new LiveRecorder(systemClock) : undefined
  const clientId = connection.clientId ?? service.name
  const metrics = prometheusMetrics(registry, { clientId, exemplar: options.exemplar })
  // Does nothing until somebody starts the process with an OpenTelemetry SDK.
  const tracing = otelTracing({ clientId })
  const producer = metrics.observe(
    createProducer({
      connection,
      ...config.producer,
      hooks: [metrics, tracing, recorder].flatMap((each) => each?.hooks ?? []),
      logger: part('producer'),
      ...(intake.spoolDir !== undefined && { onUnavailable: { folder: intake.spoolDir } }),
    }),
  )
  return { codec, producer, recorder }
}

type Opened = Surroundings & Awaited<ReturnType<typeof openKafka>>

function openChannels(config: Config, { logger, ingest, codec, producer, recorder }: Opened) {
  const { service, topics, intake } = config
  const part = (component: string): Logger => childLogger(logger, { component })
  const failures = new IdentifiedFailures()
  const [ackTimeoutMs, topic] = [intake.ackTimeoutMs, topics.rawMessages]
  const claimCheck = ingest.watchClaimChecks(intakeClaimChecks(config))
  const parser = createMailParser()
  const channel = {
    failures,
    logger: part('email'),
    metrics: ingest,
    topic,
    ackTimeoutMs,
    live: recorder,
    channel: emailChannel({
      producer: failures.watch(producer),
      codec,
      claimCheck,
      parser,
      topic,
      deadLetterTopic: topics.deadLetters,
      producerId: service.name,
      maxBytes: intake.maxBodyBytes,
      attachmentThresholdBytes: intake.attachmentThresholdBytes,
      logger: part('email'),
    }),
  }
  const channels = intakeChannels(config, {
    producer,
    codec,
    claimCheck,
    parser,
    logger: part('webhooks'),
    metrics: ingest,
  })
  recorder?.expect(['email', ...channels.map(({ name }) => name)])
  const webhooks = {
    channels,
    metrics: ingest,
    logger: part('webhooks'),
    topic,
    ackTimeoutMs,
    live: recorder,
  }
  return { channel, webhooks, parser }
}

interface Running {
  readonly producer: Producer
  readonly readiness: Readiness
  readonly logger: Logger
  readonly parser: MailParser
}

function toIntake(url: string, server: FastifyInstance, running: Running): Intake {
  const { producer, readiness, logger, parser } = running
  let closing: Promise<CloseResult> | undefined
  const stop = async (timeoutMs: number): Promise<CloseResult> => {
    const startMs = performance.now()
    readiness.drain()
    await stopServer(server, timeoutMs)
    await parser.close()
    const leftMs = Math.max(0, timeoutMs - (performance.now() - startMs))
    const result = await producer.close({ timeoutMs: leftMs })
    const undelivered = result.undelivered.length
    if (undelivered > 0) logger.error({ undelivered }, 'the intake closed with records undelivered')
    else logger.info({ undelivered }, 'the intake closed')
    return result
  }
  const close: Intake['close'] = ({ timeoutMs = 10_000 } = {}) => (closing ??= stop(timeoutMs))
  return {
    url,
    stats: () => producer.stats(),
    close,
    async [Symbol.asyncDispose]() {
      await close()
    },
  }
}
