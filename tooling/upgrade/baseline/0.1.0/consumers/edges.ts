import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { HeadwaterError, isHeadwaterError, ManualClock, silentLogger, type Logger } from '@headwater/base'
import {
  takeWebhook,
  webFormChannel,
  whatsAppChannel,
  type ClaimCheckStore,
  type WebhookRequest,
} from '@headwater/channels'
import { runProgram } from '@headwater/cli'
import { ConfigError, loadConfig, type Config } from '@headwater/config'
import { startKafka } from '@headwater/embedded'
import { prometheusMetrics } from '@headwater/metrics'
import { createProducer } from '@headwater/producer'
import { apiByKey, decodeBatch, kafkaError, BatchBuilder } from '@headwater/protocol'
import { createJsonCodec } from '@headwater/schemas'
import { Registry } from 'prom-client'

test('settings come from the environment, and every problem at once', () => {
  const config: Config = loadConfig({
    SERVICE_NAME: 'orders',
    KAFKA_BOOTSTRAP_SERVERS: 'b-1.example.com:9096,b-2.example.com:9096',
    KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: 'orders',
    KAFKA_SASL_PASSWORD: 'a secret',
    KAFKA_PRODUCER_LINGER_MS: '5',
  })
  assert.equal(config.producer.lingerMs, 5)
  assert.equal(config.topics.rawMessages, 'ingestion.raw.messages')
  assert.equal(JSON.stringify(config).includes('a secret'), false)
  const wrong = (): unknown => loadConfig({ SERVICE_NAME: 'orders', KAFKA_PRODUCER_LINGER_MS: '5ms' })
  assert.throws(
    wrong,
    (error) => error instanceof ConfigError && error.code === 'CONFIG_INVALID' && error.problems.length === 2,
  )
})

test('errors are recognised, clocks are wound by hand', () => {
  const error = new HeadwaterError('DIVISOR_IS_ZERO', 'give another', { retriable: true })
  assert.equal(isHeadwaterError(error, 'DIVISOR_IS_ZERO') && error.retriable, true)
  const clock = new ManualClock(1000)
  let fired = false
  clock.schedule(60_000, () => (fired = true))
  clock.advance(60_000)
  assert.equal(fired, true)
  const logger: Logger = silentLogger
  logger.info({ a: 1 }, 'nothing')
})

test('channels turn webhooks into events, and refuse what is not signed', async () => {
  await using kafka = await startKafka({
    topics: { 'ingestion.raw.messages': {}, 'ingestion.dlq.messages': {} },
  })
  await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
  const codec = createJsonCodec()
  const form = webFormChannel({ producer, codec, formType: 'contact', rateLimit: { perMinute: 10 } })
  const body = Buffer.from('email=ada%40example.com&text=hello')
  const request: WebhookRequest = {
    method: 'POST',
    path: '/contact',
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  }
  const taken = await takeWebhook(form, request, { ackTimeoutMs: 20_000 })
  assert.equal(taken.outcome, 'published')
  assert.equal(taken.answer.status, 202)
  const [record] = await kafka.records('ingestion.raw.messages')
  assert.equal(String(record?.key), 'ada@example.com')
  const store: ClaimCheckStore | undefined = undefined
  const whatsApp = whatsAppChannel({
    producer,
    codec,
    appSecrets: ['s'],
    verifyToken: 't',
    claimCheck: store,
  })
  const signature = `sha256=${createHmac('sha256', 'another').update(body).digest('hex')}`
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
  assert.equal((await takeWebhook(whatsApp, { ...request, headers })).outcome, 'unauthorised')
})

test('metrics keep their names', async () => {
  await using kafka = await startKafka({ topics: { orders: {} } })
  const registry = new Registry()
  const metrics = prometheusMetrics(registry, { clientId: 'shop' })
  await using producer = metrics.observe(
    createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') }, hooks: metrics.hooks }),
  )
  await producer.send({ topic: 'orders', value: 'x' })
  const text = await registry.metrics()
  assert.match(text, /kafka_producer_messages_sent_total\{[^}]*topic="orders"[^}]*\} 1/)
})

test('the wire format and the command stay what they are', async () => {
  const batch = new BatchBuilder()
  batch.tryAppend({ key: 'k', value: 'v', headers: [['a', 'b']], timestamp: 1 }, 1_048_576)
  const { records } = await decodeBatch(batch.seal())
  assert.equal(String(records[0]?.value), 'v')
  assert.equal(apiByKey(0)?.name, 'Produce')
  assert.deepEqual([kafkaError(6).name, kafkaError(6).retriable], ['NOT_LEADER_OR_FOLLOWER', true])
  const env = { SERVICE_NAME: 'orders', KAFKA_BOOTSTRAP_SERVERS: 'broker.example.com:9092' }
  const printed: string[] = []
  const print = (text: string): void => void printed.push(text)
  assert.equal(await runProgram(['config', 'check'], { out: print, err: print, env }), 0)
  assert.equal((await runProgram(['config', 'chek'], { out: print, err: print, env })) === 0, false)
})
