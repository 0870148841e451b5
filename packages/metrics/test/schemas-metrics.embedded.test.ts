import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { codecMetrics, embeddedMetrics, registryMetrics } from '@headwater/metrics'
import { createProducer } from '@headwater/producer'
import {
  createAvroCodec,
  createRegistry,
  type AvroCodec,
  type CodecHooks,
  type RegistryHooks,
} from '@headwater/schemas'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { scrape } from './scrape.ts'

const order = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }] }

async function openCodec(kafka: EmbeddedKafka, registry: Registry): Promise<AvroCodec> {
  const [registryHooks, hooks]: [RegistryHooks, CodecHooks] = [
    registryMetrics(registry),
    codecMetrics(registry),
  ]
  const schemaRegistry = createRegistry({ url: kafka.registryUrl, retryBackoffMs: 1, hooks: registryHooks })
  return await createAvroCodec({ registry: schemaRegistry, topics: { orders: order }, hooks })
}

describe('registryMetrics', () => {
  it('counts requests by operation and status, failures by code, and repetitions', async () => {
    await using kafka = await startKafka({ registry: true })
    const registry = new Registry()
    kafka.registry.faults.on('POST /subjects/*/versions').reply(503)
    const codec = await openCodec(kafka, registry)
    await expect(codec.load(99)).rejects.toThrow()
    const samples = await scrape(registry)
    const facts: readonly (readonly [string, number])[] = [
      ['schema_registry_requests_total{operation="register",status="5xx"}', 1],
      ['schema_registry_requests_total{operation="register",status="2xx"}', 1],
      ['schema_registry_requests_total{operation="schema-by-id",status="4xx"}', 1],
      ['schema_registry_retries_total{operation="register"}', 1],
      ['schema_registry_failures_total{operation="register",code="REGISTRY_UNAVAILABLE"}', 1],
      ['schema_registry_failures_total{operation="schema-by-id",code="REGISTRY_NOT_FOUND"}', 1],
      ['schema_registry_request_duration_seconds_count{operation="register"}', 2],
    ]
    expect(facts.map(([name]) => [name, samples.get(name)])).toEqual(facts)
  })

  it('says none for the status of a request that nobody answered', async () => {
    const registry = new Registry()
    const hooks = registryMetrics(registry)
    const closed = await startKafka({ registry: true })
    const url = closed.registryUrl
    await closed.close()
    await expect(createRegistry({ url, retries: 0, hooks }).schemaById(1)).rejects.toThrow()
    const samples = await scrape(registry)
    expect(samples.get('schema_registry_requests_total{operation="schema-by-id",status="none"}')).toBe(1)
  })
})

describe('codecMetrics', () => {
  it('counts values, bytes, failures and what was waited for', async () => {
    await using kafka = await startKafka({ registry: true })
    const registry = new Registry()
    const codec = await openCodec(kafka, registry)
    const bytes = codec.encode('orders', { id: 'o-17' })
    codec.decode(bytes)
    expect(() => codec.encode('orders', {})).toThrow()
    expect(() => codec.encode('no such topic', {})).toThrow()
    await expect(codec.load(99)).rejects.toThrow()
    const samples = await scrape(registry)
    const operations = 'schema_codec_operations_total'
    const facts: readonly (readonly [string, number])[] = [
      [`${operations}{operation="encode",topic="orders",result="ok"}`, 1],
      [`${operations}{operation="encode",topic="orders",result="failed"}`, 1],
      [`${operations}{operation="decode",topic="unknown",result="ok"}`, 1],
      ['schema_codec_bytes_total{operation="encode",topic="orders"}', bytes.length],
      ['schema_codec_failures_total{operation="encode",topic="orders",code="VALUE_INVALID"}', 1],
      ['schema_codec_failures_total{operation="encode",topic="no such topic",code="TOPIC_UNKNOWN"}', 1],
      ['schema_codec_schema_wait_seconds_count{reason="warm-up",result="ok"}', 1],
      ['schema_codec_schema_wait_seconds_count{reason="load",result="failed"}', 1],
    ]
    expect(facts.map(([name]) => [name, samples.get(name)])).toEqual(facts)
  })

  it('bounds the topics', async () => {
    const registry = new Registry()
    const hooks = codecMetrics(registry)
    for (let n = 0; n < 150; n++) hooks.onOperation({ operation: 'decode', topic: `t${n}`, bytes: 1 })
    const samples = await scrape(registry)
    const others = 'schema_codec_operations_total{operation="decode",topic="other",result="ok"}'
    expect(samples.get(others)).toBe(50)
  })

  it('counts what was decoded without a topic as unknown, also when there are too many topics', async () => {
    const registry = new Registry()
    const hooks = codecMetrics(registry)
    for (let n = 0; n < 100; n++) hooks.onOperation({ operation: 'decode', topic: `t${n}`, bytes: 1 })
    const operation = { operation: 'decode', topic: undefined } as const
    hooks.onOperation({ ...operation, bytes: 1 })
    hooks.onFailure({ ...operation, error: new Error('bytes') })
    const samples = await scrape(registry)
    const counted = [...samples].filter(([name]) => name.includes('topic="unknown",result='))
    expect(counted.map(([, value]) => value)).toEqual([1, 1])
  })
})

describe('embeddedMetrics', () => {
  it('reads what clients did when the registry is read, and keeps it when the cluster is closed', async () => {
    const registry = new Registry()
    const kafka = embeddedMetrics(registry, await startKafka({ brokers: 2, topics: { t: {} } }))
    await using other = embeddedMetrics(registry, await startKafka({ topics: { t: {} } }))
    const before = await scrape(registry)
    expect(before.get('embedded_kafka_brokers_running')).toBe(3)
    expect(before.get('embedded_kafka_records_appended_total')).toBe(0)
    for (const { bootstrapServers } of [kafka, other]) {
      await using producer = createProducer({ connection: { brokers: bootstrapServers.split(',') } })
      await producer.send({ topic: 't', value: 'v' })
    }
    const sum = (name: string): number =>
      [kafka, other].reduce((total, each) => total + (each.stats().requests[name] ?? 0), 0)
    const during = await scrape(registry)
    expect(during.get('embedded_kafka_records_appended_total')).toBe(2)
    expect(during.get('embedded_kafka_requests_total{api="Produce"}')).toBe(sum('Produce'))
    await kafka.close()
    for (let n = 0; n < 2; n++) {
      const after = await scrape(registry)
      expect(after.get('embedded_kafka_records_appended_total')).toBe(2)
      expect(after.get('embedded_kafka_requests_total{api="Produce"}')).toBe(sum('Produce'))
      expect(after.get('embedded_kafka_brokers_running')).toBe(1)
      // Its counts are in the total already.
      embeddedMetrics(registry, kafka)
    }
  })
})
