import { Buffer } from 'node:buffer'
import type { EmbeddedKafka } from '@headwater/embedded'
import { workflowSchemas } from '@headwater/events'
import { createAvroCodec, createRegistry } from '@headwater/schemas'

/** What stands in the topic, read as a consumer would. */
export async function storedEvents(kafka: EmbeddedKafka): Promise<Record<string, unknown>[]> {
  const registry = createRegistry({ url: kafka.registryUrl })
  const codec = await createAvroCodec({ registry, topics: workflowSchemas() })
  const records = await kafka.records('workflow.events')
  return records.map(({ partition, offset, value }) => {
    const event = codec.decode(Buffer.from(value!)) as Record<string, unknown>
    return { ...event, partition, offset: String(offset) }
  })
}
