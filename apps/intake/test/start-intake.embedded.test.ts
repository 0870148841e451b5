import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { startIntake } from '@headwater/intake'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { claimCheckFolder, settings, topics } from './intake-settings.ts'
import { LogLines } from './log-lines.ts'

const fixtures = new URL('../../demo/fixtures/emails/', import.meta.url)
const mails = readdirSync(fixtures)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => ({ name, raw: readFileSync(new URL(name, fixtures)) }))

const order = Buffer.from(
  'From: Desk <desk@example.com>\r\nTo: support@example.org\r\nSubject: hush hush\r\nMessage-ID: <17@example.com>\r\n\r\nWhere is it?\r\n',
)

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown> & { readonly error?: Record<string, unknown> }
}

async function post(
  url: string,
  raw: Uint8Array,
  headers: Record<string, string> = {},
  query = '',
): Promise<Answer> {
  const response = await fetch(`${url}/channels/email${query}`, {
    method: 'POST',
    body: new Uint8Array(raw),
    headers: { 'content-type': 'message/rfc822', ...headers },
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  }
}

async function stored(kafka: EmbeddedKafka, { topic, partition, offset }: Answer['body']) {
  const records = await kafka.records(String(topic), { partition: Number(partition) })
  const found = records.find((record) => String(record.offset) === offset)
  if (found === undefined)
    throw new Error(`nothing at ${String(topic)} ${String(partition)} ${String(offset)}`)
  const headers = Object.fromEntries(found.headers.map(([name, value]) => [String(name), String(value)]))
  return { ...found, headers }
}

describe('startIntake', () => {
  it('puts real mails where its receipts say, readable for others', { timeout: 30_000 }, async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka), { logger: new LogLines() })
    const answers = await Promise.all(
      mails.map(async ({ name, raw }) => ({ name, raw, answer: await post(intake.url, raw) })),
    )
    expect(
      answers.filter(({ answer }) => answer.status !== 202).map(({ name, answer }) => [name, answer.body]),
    ).toEqual([])

    const client = new Kafka({ brokers: kafka.bootstrapServers.split(','), logLevel: logLevel.NOTHING })
    const csr = new SchemaRegistry({ host: kafka.registryUrl })
    const consumer = client.consumer({ groupId: 'readers' })
    const seen = new Map<string, { value: Buffer; topic: string }>()
    const all = Promise.withResolvers<void>()
    await consumer.connect()
    await consumer.subscribe({ topics: Object.keys(topics), fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ topic, partition, message }) => {
        seen.set(`${topic}/${partition}/${message.offset}`, { topic, value: message.value! })
        if (seen.size === mails.length) all.resolve()
      },
    })
    await all.promise
    await consumer.disconnect()
    for (const { name, raw, answer } of answers) {
      const { kind, topic, partition, offset, sha256 } = answer.body
      const found = seen.get([topic, partition, offset].join('/'))!
      expect(sha256, name).toBe(hash('sha256', raw, 'hex'))
      if (kind === 'dead-lettered') expect(hash('sha256', found.value, 'hex'), name).toBe(sha256)
      else expect((await csr.decode(found.value)).payload.raw_sha256, name).toBe(sha256)
    }
    expect(new Set(answers.map(({ answer }) => answer.body['kind']))).toEqual(
      new Set(['published', 'dead-lettered']),
    )
  })

  it('takes envelope and trace from the request, and makes an event for each recipient', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka), { logger: new LogLines() })
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { body } = await post(intake.url, order, {
      'x-envelope-from': 'bounce@example.com',
      'x-envelope-to': 'a@example.org,b@example.org',
      traceparent,
    })
    const messages = body['messages'] as Answer['body'][]
    expect(messages).toHaveLength(2)
    expect(messages[0]).toMatchObject({ message_id: body['message_id'], offset: body['offset'] })
    const csr = new SchemaRegistry({ host: kafka.registryUrl })
    const events = await Promise.all(messages.map((each) => stored(kafka, each)))
    const payloads = await Promise.all(
      events.map(async ({ value }) => (await csr.decode(Buffer.from(value!))).payload),
    )
    expect(payloads.map((each) => [each.envelope_from, each.envelope_to])).toEqual([
      ['bounce@example.com', 'a@example.org'],
      ['bounce@example.com', 'b@example.org'],
    ])
    expect(events.map(({ headers }) => headers['message_id'])).toEqual(
      messages.map((each) => each['message_id']),
    )
    expect(events[0]?.headers).toMatchObject({ traceparent, producer_id: 'intake-test' })
  })

  it('gives the same mail the same message_id, however often it comes', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka), { logger: new LogLines() })
    const [first, second] = [await post(intake.url, order), await post(intake.url, order)]
    expect(second.body['message_id']).toBe(first.body['message_id'])
    expect(second.body['offset']).not.toBe(first.body['offset'])
  })

  it('says what a sender can fix', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const config = settings(kafka, { INTAKE_MAX_BODY_BYTES: '1000' })
    await using intake = await startIntake(config, { logger: new LogLines() })
    const code = async (answer: Promise<Answer>) => {
      const { status, body } = await answer
      return [status, body.error?.['code']]
    }
    expect(await code(post(intake.url, Buffer.alloc(0)))).toEqual([400, 'EMPTY_BODY'])
    expect(await code(post(intake.url, order, { 'x-envelope-to': 'x'.repeat(400) }))).toEqual([
      400,
      'INVALID_ENVELOPE',
    ])
    expect(await code(post(intake.url, Buffer.alloc(1001, 'x')))).toEqual([413, 'BODY_TOO_LARGE'])
    expect(await code(post(intake.url, order, { 'content-type': 'application/json' }))).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ])
    expect(await code(post(intake.url, order, { 'content-encoding': 'gzip' }))).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ])
    expect(intake.stats().delivered).toBe(0)
  })

  it('refuses a mail that is too large for a record when it has no folder for it', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const { intake: given, ...config } = settings(kafka)
    const { claimCheckDir: _folder, ...withoutFolder } = given
    await using intake = await startIntake({ ...config, intake: withoutFolder }, { logger: new LogLines() })
    const { status, body } = await post(intake.url, Buffer.concat([order, Buffer.alloc(300_000, 'x')]))
    expect([status, body.error?.['code']]).toEqual([413, 'NO_CLAIM_CHECK_FOLDER'])
  })

  it('answers 503 with the message_id while Kafka is away, and is not ready; all is well when it is back', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const config = settings(kafka, { INTAKE_ACK_TIMEOUT_MS: '300' })
    await using intake = await startIntake(config, { logger: new LogLines() })
    const ready = async () => (await fetch(`${intake.url}/readyz`)).status
    expect(await ready()).toBe(200)
    const before = await post(intake.url, order)
    await kafka.broker(1).stop()
    const during = await post(intake.url, order)
    expect(during.status).toBe(503)
    expect(during.headers.get('retry-after')).toBe('5')
    expect(during.body.error).toMatchObject({ message_id: before.body['message_id'] })
    expect(await ready()).toBe(503)
    expect((await fetch(`${intake.url}/healthz`)).status).toBe(200)
    await kafka.broker(1).start()
    await expect.poll(() => post(intake.url, order).then(({ status }) => status), { timeout: 5000 }).toBe(202)
    expect(await ready()).toBe(200)
  })

  it('is not ready while a broker is connected and silent', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const config = settings(kafka, { INTAKE_ACK_TIMEOUT_MS: '300' })
    await using intake = await startIntake(config, { logger: new LogLines() })
    await post(intake.url, order)
    kafka.broker(1).freeze()
    expect((await post(intake.url, order)).status).toBe(503)
    const readyz = await fetch(`${intake.url}/readyz`)
    expect(readyz.status).toBe(503)
    expect(await readyz.json()).toEqual({ ready: false, reasons: ['STALLED'] })
    kafka.broker(1).thaw()
    await expect
      .poll(() => fetch(`${intake.url}/readyz`).then(({ status }) => status), { timeout: 5000 })
      .toBe(200)
  })

  it('starts without Kafka, and becomes ready when it comes', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await kafka.broker(1).stop()
    await using intake = await startIntake(settings(kafka), { logger: new LogLines() })
    expect((await fetch(`${intake.url}/readyz`)).status).toBe(503)
    await kafka.broker(1).start()
    await expect
      .poll(() => fetch(`${intake.url}/readyz`).then(({ status }) => status), { timeout: 5000 })
      .toBe(200)
  })

  it('shows its metrics to Prometheus', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka), { logger: new LogLines() })
    await post(intake.url, order)
    await post(intake.url, Buffer.from('no mail at all'))
    await post(intake.url, Buffer.alloc(0))
    const response = await fetch(`${intake.url}/metrics`)
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    const text = await response.text()
    const received = 'channel="email",type="ingestion.email_received"'
    for (const line of [
      'kafka_producer_messages_sent_total{client_id="intake-test",topic="ingestion.raw.messages"} 1',
      'kafka_producer_connected{client_id="intake-test"} 1',
      `intake_messages_total{${received},outcome="published"} 1`,
      `intake_messages_total{${received},outcome="invalid"} 1`,
      'intake_messages_total{channel="email",type="ingestion.unreadable",outcome="dead-lettered"} 1',
      'intake_webhook_duration_seconds_count{channel="email",outcome="published"} 1',
      'kafka_dlq_messages_total{topic="ingestion.raw.messages",disposition="deserialization"} 1',
      'intake_events_total{channel="email",kind="published"} 1',
      'intake_events_total{channel="email",kind="dead-lettered"} 1',
      'intake_http_responses_total{route="/channels/email",status="202"} 2',
      'intake_http_responses_total{route="/channels/email",status="400"} 1',
      'schema_codec_operations_total{operation="encode",topic="ingestion.raw.messages",result="ok"} 1',
      'schema_codec_schema_wait_seconds_count{reason="warm-up",result="ok"} 1',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
    expect(text).toMatch(/^schema_registry_requests_total\{operation="register",status="2xx"\} [1-9]/m)
    expect(text).toMatch(/^intake_claim_check_duration_seconds_count\{operation="put",result="ok"\} [1-9]/m)
  })

  it('writes no address, no subject and no text to its log', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const logger = new LogLines()
    const config = settings(kafka, { INTAKE_ACK_TIMEOUT_MS: '300' })
    await using intake = await startIntake(config, { logger })
    const envelope = { 'x-envelope-to': 'support@example.org' }
    const { body } = await post(intake.url, order, envelope, '?from=desk@example.com')
    await post(intake.url, Buffer.from('hush hush'), envelope)
    await kafka.broker(1).stop()
    await post(intake.url, order, envelope)
    await intake.close()
    expect(logger.text).toContain(String(body['message_id']))
    expect(logger.text).toContain('"route":"/channels/email"')
    expect(logger.text).not.toMatch(/example\.(org|com)|hush|Where is it/)
  })

  it('answers what is in before it closes, and hands back what Kafka did not take', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const intake = await startIntake(settings(kafka), { logger: new LogLines() })
    const delayed = kafka.faults.on('Produce', { topic: 'ingestion.raw.messages' }).delayResponse(200).once()
    const sent = post(intake.url, order)
    await expect.poll(() => delayed.fired).toBe(1)
    const closed = intake.close({ timeoutMs: 5000 })
    const answer = await sent
    expect(answer.status).toBe(202)
    // Else the sender would use the connection again and find nobody there.
    expect(answer.headers.get('connection')).toBe('close')
    expect(await closed).toEqual({ undelivered: [] })
    expect(await intake.close()).toEqual({ undelivered: [] })
    await expect(post(intake.url, order)).rejects.toThrow()
  })

  it('rejects when its port is taken, and leaves nothing that keeps the process', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using first = await startIntake(settings(kafka), { logger: new LogLines() })
    const config = settings(kafka, { INTAKE_PORT: new URL(first.url).port })
    await expect(startIntake(config, { logger: new LogLines() })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  // Regression: the folder of the spool stayed locked by a producer that nobody had.
  it('lets go of everything when a setting of a channel is wrong', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const more = { INTAKE_SPOOL_DIR: claimCheckFolder() }
    const { channels, ...others } = settings(kafka, more)
    const wrong = { ...others, channels: { ...channels, sendGridPublicKey: 'Zm9v' } }
    await expect(startIntake(wrong, { logger: new LogLines() })).rejects.toMatchObject({
      code: 'INVALID_CHANNEL_OPTION',
    })
    await using intake = await startIntake(settings(kafka, more), { logger: new LogLines() })
    expect((await fetch(`${intake.url}/healthz`)).status).toBe(200)
  })

  it('gives up within its time when the registry is down, and leaves nothing behind', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const logger = new LogLines()
    const config = settings(kafka, { SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9' })
    await expect(startIntake(config, { logger, registryWaitMs: 600 })).rejects.toMatchObject({
      retriable: true,
    })
    expect(logger.text).toContain('the schema registry does not answer yet')
  })
})
