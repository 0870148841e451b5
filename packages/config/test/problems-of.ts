import { ConfigError, loadConfig, type ConfigFinding, type ConfigSource } from '@headwater/config'

/** What the smallest valid deployment sets. */
export const deployed: ConfigSource = {
  KAFKA_BOOTSTRAP_SERVERS: 'broker.example.com:9093',
  SERVICE_NAME: 'orders',
}

/** The problems that loading runs into; fails when it runs into none. */
export function problemsOf(source: ConfigSource): readonly ConfigFinding[] {
  try {
    loadConfig(source)
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.problems
    throw thrown
  }
  throw new Error('the configuration was accepted')
}
