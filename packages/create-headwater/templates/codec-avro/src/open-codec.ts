import { readFileSync } from 'node:fs'
import type { Config } from '@headwater/config'
import { createAvroCodec, createRegistry, type Codec } from '@headwater/schemas'
import { channelSchemas } from './channel-schemas.ts'

/**
 * Avro on the wire, with the schemas in a registry. They are looked up here, so that no event waits for the registry
 * later.
 *
 * @throws Error without `SCHEMA_REGISTRY_URL`; the registry's own error.
 */
export async function openCodec({ registry, topics }: Config): Promise<Codec> {
  const { url, username, password } = registry
  if (url === undefined) throw new Error('SCHEMA_REGISTRY_URL is not set: the events are Avro and need it')
  const auth = username !== undefined && password !== undefined ? { username, password } : undefined
  const orderPlaced = readFileSync(new URL('../schemas/order-placed.avsc', import.meta.url), 'utf8')
  return await createAvroCodec({
    registry: createRegistry({ url, ...(auth && { auth }) }),
    topics: { orders: orderPlaced, ...channelSchemas(topics.rawMessages) },
  })
}
