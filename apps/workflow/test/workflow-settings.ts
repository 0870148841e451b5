import { loadConfig, type Config } from '@headwater/config'
import type { EmbeddedKafka } from '@headwater/embedded'

/** The topic of workflow events, for `startKafka`. */
export const topics: Readonly<Record<string, { readonly partitions: number }>> = {
  'workflow.events': { partitions: 3 },
}

/** The environment of service and job on an embedded Kafka, on a free port. */
export function environment(
  kafka: Pick<EmbeddedKafka, 'bootstrapServers' | 'registryUrl'>,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
    SCHEMA_REGISTRY_URL: kafka.registryUrl,
    SERVICE_NAME: 'workflow-test',
    HEADWATER_PROFILE: 'dev',
    INTAKE_HOST: '127.0.0.1',
    INTAKE_PORT: '0',
    ...more,
  }
}

/** The same as settings. */
export function settings(
  kafka: Pick<EmbeddedKafka, 'bootstrapServers' | 'registryUrl'>,
  more: Readonly<Record<string, string>> = {},
): Config {
  return loadConfig(environment(kafka, more))
}
