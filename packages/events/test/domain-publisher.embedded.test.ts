import { Buffer } from 'node:buffer'
import { startKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'
import { createAvroCodec, createRegistry } from '@headwater/schemas'
import { describe, expect, it } from 'vitest'
import { createDomainPublisher, domainSchemas } from '../src/index.ts'

interface Stored {
  readonly aggregate_id: string
  readonly version: number
}

describe('createDomainPublisher on a cluster', { timeout: 30_000 }, () => {
  it('keeps the versions of each aggregate in order when answers and requests are lost', async () => {
    await using kafka = await startKafka({ registry: true, topics: { 'domain-events': { partitions: 3 } } })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const registry = createRegistry({ url: kafka.registryUrl })
    const codec = await createAvroCodec({ registry, topics: domainSchemas() })
    const domain = createDomainPublisher({
      producer,
      codec,
      producerId: 'shop',
      events: {
        OrderChanged: { aggregateType: 'Order', data: (change: { readonly step: number }) => change },
      },
    })
    kafka.faults.on('Produce').script(['loseResponse', 'loseRequest', 'pass', 'loseResponse'])
    const aggregates = ['ORDER-1', 'ORDER-2', 'ORDER-3', 'ORDER-4']
    const steps = Array.from({ length: 25 }, (_, index) => index + 1)
    await Promise.all(
      steps.flatMap((version) =>
        aggregates.map((aggregateId) =>
          domain.publishEvent('OrderChanged', { aggregateId, version, data: { step: version } }),
        ),
      ),
    )
    const records = await kafka.records('domain-events')
    expect(records).toHaveLength(100)
    for (const aggregateId of aggregates) {
      const own = records
        .map((each) => ({ ...each, event: codec.decode(Buffer.from(each.value!)) as Stored }))
        .filter(({ event }) => event.aggregate_id === aggregateId)
      expect(own.map(({ event }) => event.version)).toEqual(steps)
      expect(new Set(own.map(({ partition }) => partition)).size).toBe(1)
      expect(String(Buffer.from(own[0]!.key!))).toBe(aggregateId)
    }
  })
})
