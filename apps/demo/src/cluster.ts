import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, type Config, type ConfigSource } from '@headwater/config'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'

/** Where a run takes place. */
export interface DemoCluster extends AsyncDisposable {
  /** The intake's settings: the cluster's addresses, a free port, a folder for large mails. */
  readonly config: Config
  /** Where large mails go. */
  readonly claimCheckDir: string
  /** The cluster's own handles for faults; `undefined` where it is somebody's cluster. */
  readonly embedded: EmbeddedKafka | undefined
}

/** Shorter than Kafka's 30 s, so that an answer that comes too late is a fault of seconds. */
const requestTimeoutMs = 1000
/**
 * Longer than the intake's 5 s: on a busy computer several faults may meet one mail. A 503 makes its sender post it
 * again, and by what the demo counts a second record of it is a duplicate, though it has the same `message_id`.
 */
const ackTimeoutMs = 20_000

/** Three brokers and a schema registry inside this process. */
export async function startEmbeddedCluster(): Promise<DemoCluster> {
  const kafka = await startKafka({ brokers: 3, registry: true })
  const source = {
    KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
    SCHEMA_REGISTRY_URL: kafka.registryUrl,
    KAFKA_PRODUCER_REQUEST_TIMEOUT_MS: String(requestTimeoutMs),
    INTAKE_ACK_TIMEOUT_MS: String(ackTimeoutMs),
  }
  try {
    return await withFolder(source, kafka)
  } catch (thrown) {
    await kafka.close()
    throw thrown
  }
}

/**
 * The cluster that the environment names, with all its settings; the profile is `dev` unless it says otherwise.
 *
 * @throws ConfigError (as a rejection)
 */
export async function useCluster(environment: ConfigSource): Promise<DemoCluster> {
  return await withFolder(environment, undefined)
}

async function withFolder(source: ConfigSource, embedded: EmbeddedKafka | undefined): Promise<DemoCluster> {
  const temporary = await mkdtemp(join(tmpdir(), 'headwater-demo-'))
  const dispose = async (): Promise<void> => {
    await embedded?.close()
    await rm(temporary, { recursive: true, force: true })
  }
  try {
    const given = source['INTAKE_CLAIM_CHECK_DIR']
    const claimCheckDir = typeof given === 'string' && given !== '' ? given : temporary
    const config = loadConfig(
      {
        SERVICE_NAME: 'headwater-demo',
        ...source,
        // The demo's own intake, whatever the environment says of another one.
        INTAKE_HOST: '127.0.0.1',
        INTAKE_PORT: '0',
        INTAKE_CLAIM_CHECK_DIR: claimCheckDir,
        // It listens to this computer alone.
        EMAIL_API_KEYS: undefined,
      },
      source['HEADWATER_PROFILE'] === undefined ? { profile: 'dev' } : {},
    )
    return { config, claimCheckDir, embedded, [Symbol.asyncDispose]: dispose }
  } catch (thrown) {
    await dispose()
    throw thrown
  }
}
