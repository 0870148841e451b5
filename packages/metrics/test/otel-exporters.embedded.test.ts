import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startKafka } from '@headwater/embedded'
import { otelMetrics, otelTracing } from '@headwater/metrics/otel'
import { createProducer, type Producer } from '@headwater/producer'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { describe, expect, it } from 'vitest'
import { readMetrics } from './otel-readings.ts'
import { registerContext } from './otel-spans.ts'

/** A collector that keeps what it is sent as JSON, by path. */
async function startCollector() {
  const received = new Map<string, unknown[]>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      received.set(path, [...(received.get(path) ?? []), JSON.parse(Buffer.concat(chunks).toString())])
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const sendSome = async (producer: Producer): Promise<void> => {
  await producer.send({ topic: 'orders', key: 'secret-key', value: 'secret-value' })
  await producer.trySend({ topic: 'orders', value: 'v', partition: 9 })
}

describe('otelTracing and otelMetrics', () => {
  it('reach a collector through the OTLP exporters', async () => {
    registerContext()
    await using kafka = await startKafka({ topics: { orders: {} } })
    await using collector = await startCollector()
    const exporter = new OTLPTraceExporter({ url: `${collector.url}/v1/traces` })
    const tracerProvider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] })
    const reader = new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter({ url: `${collector.url}/v1/metrics` }),
    })
    const meterProvider = new MeterProvider({ readers: [reader] })
    const metrics = otelMetrics({ clientId: 'shop', meterProvider })
    {
      await using producer = metrics.observe(
        createProducer({
          connection: { brokers: kafka.bootstrapServers.split(',') },
          hooks: [otelTracing({ clientId: 'shop', tracerProvider }).hooks, metrics.hooks],
        }),
      )
      await sendSome(producer)
      await reader.forceFlush()
    }
    await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown()])

    const [traces, measured] = ['/v1/traces', '/v1/metrics'].map((path) =>
      JSON.stringify(collector.received.get(path)),
    )
    const countOf = (kind: number) => traces!.split(`"name":"send orders","kind":${kind}`).length - 1
    // As OTLP numbers them: 4 is PRODUCER, 3 is CLIENT.
    expect([countOf(4), countOf(3)]).toEqual([2, 1])
    expect(traces).toContain('INVALID_PARTITION')
    expect(measured).toContain('"messaging.client.sent.messages"')
    expect(measured).toContain('"headwater.producer.queue.messages"')
    expect(traces! + measured!).not.toContain('secret')
  })

  it('are read by Prometheus through its exporter', async () => {
    await using kafka = await startKafka({ topics: { orders: {} } })
    const { provider, scrape } = readMetrics()
    const metrics = otelMetrics({ clientId: 'shop', meterProvider: provider })
    await using producer = metrics.observe(
      createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') }, hooks: metrics.hooks }),
    )
    await sendSome(producer)
    const lines = (await scrape()).split('\n')
    const line = (name: string, ...labels: string[]) =>
      lines.find((each) => each.startsWith(`${name}{`) && labels.every((label) => each.includes(label)))
    const orders = 'messaging_destination_name="orders"'
    expect(line('messaging_client_sent_messages_total', orders, 'headwater_outcome="delivered"')).toMatch(
      /} 1$/,
    )
    expect(
      line('messaging_client_operation_duration_count', orders, 'error_type="INVALID_PARTITION"'),
    ).toMatch(/} 1$/)
    expect(line('messaging_client_operation_duration_bucket', orders, 'le="0.0025"')).toBeDefined()
    expect(line('headwater_producer_connected', 'messaging_client_id="shop"')).toMatch(/} 1$/)
    expect(line('headwater_producer_queue_messages')).toMatch(/} 0$/)
  })
})
