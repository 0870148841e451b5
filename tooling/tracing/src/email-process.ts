// One email through intake, send, a batch whose first acknowledgement is lost, and a consumer; prints what the SDK exports.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@headwater/base'
import { loadConfig } from '@headwater/config'
import { startKafka } from '@headwater/embedded'
import { startIntake } from '@headwater/intake'
import { otelTracing } from '@headwater/metrics/otel'
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer'
import { Kafka, logLevel } from 'kafkajs'
import { exporter, serviceTraces } from './sdk-setup.ts'

const topic = 'ingestion.raw.messages'
const mail = [
  'From: Desk <desk@example.com>',
  'To: support@example.org',
  'Subject: A parcel',
  'Message-ID: <17@example.com>',
  '',
  'Where is it?',
  '',
].join('\r\n')

/** Until a span is over: its end may come a moment after what it spans. */
async function untilTraced(name: string): Promise<void> {
  while (!exporter.getFinishedSpans().some((span) => span.name === name)) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

await using kafka = await startKafka({
  brokers: 1,
  registry: true,
  topics: { [topic]: { partitions: 1 }, 'ingestion.dlq.messages': { partitions: 1 } },
})
const folder = mkdtempSync(join(tmpdir(), 'headwater-tracing-'))
try {
  const config = loadConfig({
    KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
    SCHEMA_REGISTRY_URL: kafka.registryUrl,
    SERVICE_NAME: 'intake',
    HEADWATER_PROFILE: 'dev',
    INTAKE_HOST: '127.0.0.1',
    INTAKE_PORT: '0',
    INTAKE_CLAIM_CHECK_DIR: folder,
    // However slow the computer is, there is one answer.
    INTAKE_ACK_TIMEOUT_MS: '60000',
  })
  await using intake = await startIntake(config, { logger: silentLogger })
  kafka.faults.on('Produce', { topic }).loseResponse().once()
  const headers = { 'content-type': 'message/rfc822', 'user-agent': 'mail-relay' }
  const response = await fetch(`${intake.url}/channels/email`, { method: 'POST', body: mail, headers })
  if (response.status !== 202) throw new Error(`the intake answered ${response.status}`)
  await untilTraced('POST')

  const { process: processed } = otelTracing({
    clientId: 'archive',
    tracerProvider: serviceTraces('archive'),
  })
  const client = new Kafka({ brokers: kafka.bootstrapServers.split(','), logLevel: logLevel.NOTHING })
  const consumer = client.consumer({ groupId: 'archive', maxWaitTimeInMs: 50 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: (payload) => processed(payload, () => Promise.resolve(), { consumerGroup: 'archive' }),
  })
  await untilTraced(`process ${topic}`)
  await consumer.disconnect()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
const exported = JsonTraceSerializer.serializeRequest([...exporter.getFinishedSpans()])
process.stdout.write(new TextDecoder().decode(exported))
