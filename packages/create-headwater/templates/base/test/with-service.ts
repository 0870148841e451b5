import { loadConfig } from '@headwater/config'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { openCodec } from '../src/open-codec.ts'
import { startService, type Service } from '../src/start-service.ts'
import { variables } from './variables.ts'

/** A service on a Kafka and a schema registry that live in this process. */
export interface Running {
  readonly kafka: EmbeddedKafka
  readonly service: Service
  /** The values of a topic's records as a consumer reads them, with their keys and headers. */
  readonly events: (topic: string) => Promise<readonly StoredEvent[]>
}

/** One record of the log. */
export interface StoredEvent {
  readonly key: string
  readonly type: string
  readonly value: unknown
}

const topics = {
  orders: { partitions: 3 },
  'ingestion.raw.messages': { partitions: 3 },
  'ingestion.dlq.messages': {},
}

/** Runs `work` against the service; both end with it. Node 22 does not know `await using`, which would say the same. */
export async function withService(work: (running: Running) => Promise<void>): Promise<void> {
  const kafka = await startKafka({ registry: true, topics })
  try {
    const config = loadConfig({
      HEADWATER_PROFILE: 'dev',
      SERVICE_NAME: 'test',
      KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
      SCHEMA_REGISTRY_URL: kafka.registryUrl,
      INTAKE_HOST: '127.0.0.1',
      INTAKE_PORT: '0',
      ...variables,
    })
    const service = await startService(config)
    try {
      const codec = await openCodec(config)
      const events = async (topic: string): Promise<readonly StoredEvent[]> =>
        (await kafka.records(topic)).map(({ key, value, headers }) => {
          const type = headers.find(([name]) => name === 'ce_type')?.[1]
          if (value === null) throw new Error(`${topic} holds a record without a value`)
          return { key: text(key), type: text(type), value: plain(codec.decode(value)) }
        })
      await work({ kafka, service, events })
    } finally {
      await service.close()
    }
  } finally {
    await kafka.close()
  }
}

const text = (bytes: Uint8Array | null | undefined): string => new TextDecoder().decode(bytes ?? undefined)

/** Avro values are objects of classes; tests compare what is in them. */
const plain = (value: unknown): unknown => structuredClone(value)
