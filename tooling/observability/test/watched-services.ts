import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@headwater/base'
import { loadConfig } from '@headwater/config'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { startIntake, type Intake } from '@headwater/intake'
import { codecMetrics, embeddedMetrics, prometheusMetrics, registryMetrics } from '@headwater/metrics'
import { createProducer, type Producer, type ProducerTuning } from '@headwater/producer'
import {
  createAvroCodec,
  createRegistry,
  type AvroCodec,
  type Registry as SchemaRegistry,
} from '@headwater/schemas'
import { Registry } from 'prom-client'

/** A producer of the service `workers`, for one thing that goes wrong. */
type WorkerName = 'steady' | 'slow' | 'tight' | 'spooling' | 'throttled' | 'renewed' | 'transacting'

/** The parts of the demo, and a service with several producers, all scraped. */
export interface WatchedServices extends AsyncDisposable {
  readonly kafka: EmbeddedKafka
  readonly intake: Intake
  readonly workers: Readonly<Record<WorkerName, Producer>>
  /** The codec of the topic `work`. */
  readonly codec: AvroCodec
  /** A client of a schema registry that is not there. */
  readonly lostRegistry: SchemaRegistry
  /** Where Prometheus finds a part of the workers that goes away and comes back. */
  readonly lone: Endpoint
}

const names = { rawMessages: 'ingestion.raw.messages', deadLetters: 'ingestion.dlq.messages', work: 'work' }

/** What Mailgun and the intake know. */
export const mailgunKey = 'a key of a test'

/** Ports of what is scraped. */
export type WatchedPorts = Readonly<Record<'intake' | 'workers' | 'lone' | 'nobody', number>>

/** Starts them, to be scraped at these ports. */
export async function startWatchedServices(ports: WatchedPorts): Promise<WatchedServices> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-watched-'))
  const replicationFactor = 3
  const kafka = await startKafka({
    brokers: 3,
    registry: true,
    topics: {
      [names.rawMessages]: { partitions: 6, replicationFactor },
      [names.deadLetters]: { replicationFactor },
      [names.work]: { partitions: 3, replicationFactor },
    },
  })
  const intake = await startIntake(
    loadConfig({
      KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
      SCHEMA_REGISTRY_URL: kafka.registryUrl,
      SERVICE_NAME: 'intake',
      HEADWATER_PROFILE: 'dev',
      INTAKE_HOST: '127.0.0.1',
      INTAKE_PORT: String(ports.intake),
      INTAKE_CLAIM_CHECK_DIR: join(folder, 'claims'),
      // Short, so that a frozen cluster is noticed in the seconds that a test has.
      INTAKE_ACK_TIMEOUT_MS: '1000',
      KAFKA_PRODUCER_REQUEST_TIMEOUT_MS: '1000',
      KAFKA_PRODUCER_DELIVERY_TIMEOUT_MS: '3000',
      MAILGUN_SIGNING_KEY: mailgunKey,
    }),
    { logger: silentLogger },
  )
  const registry = new Registry()
  const tuning: ProducerTuning = { requestTimeoutMs: 3000, deliveryTimeoutMs: 6000, maxBlockMs: 6000 }
  const worker = (clientId: WorkerName, more: ProducerTuning = {}): Producer => {
    const metrics = prometheusMetrics(registry, { clientId })
    const connection = { brokers: kafka.bootstrapServers.split(','), clientId }
    return metrics.observe(createProducer({ connection, ...tuning, ...more, hooks: metrics.hooks }))
  }
  const workers = {
    steady: worker('steady'),
    slow: worker('slow'),
    tight: worker('tight', { bufferMemory: 2048, batchSize: 1024, maxWaitingBytes: 512 }),
    spooling: worker('spooling', {
      onUnavailable: { folder: join(folder, 'spool'), afterMs: 300, maxBytes: 8192 },
    }),
    throttled: worker('throttled'),
    renewed: worker('renewed', { batchSize: 0 }),
    transacting: worker('transacting', { transactionalId: 'transacting' }),
  }
  embeddedMetrics(registry, kafka)
  const clientOf = (url: string): SchemaRegistry =>
    createRegistry({ url, retries: 1, hooks: registryMetrics(registry) })
  const codec = await createAvroCodec({
    registry: clientOf(kafka.registryUrl),
    topics: { [names.work]: { type: 'record', name: 'Work', fields: [{ name: 'id', type: 'long' }] } },
    hooks: codecMetrics(registry),
  })
  const loneRegistry = new Registry()
  prometheusMetrics(loneRegistry, { clientId: 'lone' }).observe(workers.steady)
  const endpoint = new Endpoint(registry, ports.workers)
  const lone = new Endpoint(loneRegistry, ports.lone)
  await Promise.all([endpoint.open(), lone.open()])
  return {
    kafka,
    intake,
    workers,
    codec,
    lostRegistry: clientOf(`http://127.0.0.1:${ports.nobody}`),
    lone,
    async [Symbol.asyncDispose]() {
      await Promise.all([endpoint.close(), lone.close()])
      await Promise.all(Object.values(workers).map((each) => each.close({ timeoutMs: 5000 })))
      await intake.close({ timeoutMs: 5000 })
      await kafka.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Serves a registry at a port, and may be closed and opened again. */
class Endpoint {
  readonly #registry: Registry
  readonly #port: number
  #server: Server | undefined

  constructor(registry: Registry, port: number) {
    this.#registry = registry
    this.#port = port
  }

  async open(): Promise<void> {
    this.#server = createServer((_request, response) => {
      void this.#registry.metrics().then((text) => {
        response.setHeader('content-type', this.#registry.contentType)
        response.end(text)
      })
    })
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
}
