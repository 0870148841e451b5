import type { ConnectionSettings, SaslSettings } from '@headwater/base'
import { Kafka, logLevel, type SASLOptions } from 'kafkajs'

/** A plain kafkajs client: it shares nothing with what is to be proven but the address. */
export function createKafkajsClient({ brokers, tls, sasl }: ConnectionSettings): Kafka {
  return new Kafka({
    clientId: 'headwater-demo-reader',
    brokers: [...brokers],
    // What fails here is thrown; kafkajs would print every attempt as a line of JSON.
    logLevel: logLevel.NOTHING,
    ...(tls !== undefined && { ssl: tls }),
    ...(sasl !== undefined && { sasl: toKafkajsSasl(sasl) }),
  })
}

function toKafkajsSasl(sasl: SaslSettings): SASLOptions {
  if (sasl.mechanism !== 'oauthbearer') return { ...sasl }
  return { mechanism: sasl.mechanism, oauthBearerProvider: async () => ({ value: await sasl.token() }) }
}
