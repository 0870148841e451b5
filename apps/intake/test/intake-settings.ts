import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, type Config } from '@headwater/config'
import type { EmbeddedKafka } from '@headwater/embedded'
import { afterAll } from 'vitest'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder of its own for claim checks, gone when the test file ends. */
export function claimCheckFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-claims-'))
  folders.push(folder)
  return folder
}

/** The topics of an intake, for `startKafka`. */
export const topics: Readonly<Record<string, { readonly partitions: number }>> = {
  'ingestion.raw.messages': { partitions: 6 },
  'ingestion.dlq.messages': { partitions: 1 },
}

/** The environment of an intake on an embedded Kafka, on a free port. */
export function environment(
  kafka: Pick<EmbeddedKafka, 'bootstrapServers' | 'registryUrl'>,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
    SCHEMA_REGISTRY_URL: kafka.registryUrl,
    SERVICE_NAME: 'intake-test',
    HEADWATER_PROFILE: 'dev',
    INTAKE_HOST: '127.0.0.1',
    INTAKE_PORT: '0',
    INTAKE_CLAIM_CHECK_DIR: claimCheckFolder(),
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
