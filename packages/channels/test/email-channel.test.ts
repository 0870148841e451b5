import { Buffer } from 'node:buffer'
import { createHash, createHmac } from 'node:crypto'
import { HeadwaterError } from '@headwater/base'
import { DeliveryError } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { ChannelError, parseEmail, type EmailMessage, type MailParser } from '../src/index.ts'
import { envelope, json, mail, nowMs, order, setUp } from './email-setup.ts'
import type { MemoryProducer } from './memory-producer.ts'

function withAttachment(bytes: Buffer, name = 'a.bin'): Buffer {
  return mail(
    ['From: desk@example.com', 'Message-ID: <a@example.com>', 'Content-Type: multipart/mixed; boundary=b'],
    '--b',
    'Content-Type: application/x-test',
    `Content-Disposition: attachment; filename=${name}`,
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replace(/(.{76})/g, '$1\r\n'),
    '--b--',
  )
}

const valueOf = (producer: MemoryProducer, index = 0): EmailMessage =>
  JSON.parse(String(producer.records[index]?.value)) as EmailMessage

describe('emailChannel', () => {
  it('publishes one event that says what arrived', async () => {
    const { producer, channel } = setUp()
    const result = await channel.publish(order, envelope)
    expect(result).toMatchObject({ kind: 'published', messages: [{ recipient: 'support@example.org' }] })
    expect(producer.records[0]).toMatchObject({
      topic: 'ingestion.raw.messages',
      key: 'desk@example.com',
      timestamp: nowMs,
    })
    expect(valueOf(producer)).toMatchObject({
      channel: 'email',
      message_type: 'email_received',
      payload: {
        from_email: 'desk@example.com',
        from_name: 'Desk',
        subject: 'Order',
        text: 'two pallets\n',
        message_id_header: '<o-1@example.com>',
        envelope_from: 'bounce@example.com',
        envelope_to: 'support@example.org',
        received_at: nowMs,
        auth: null,
        auto_generated: false,
        raw_size: order.byteLength,
        raw_sha256: createHash('sha256').update(order).digest('hex'),
        truncated: [],
      },
    })
  })

  it('puts the id of the result into the headers', async () => {
    const { producer, channel } = setUp({ producerId: 'intake', source: '/intake/mail' })
    const result = await channel.publish(order, envelope, { headers: [['x-run', '7']], tenantId: 'acme' })
    const id = result.kind === 'published' ? result.messages[0]?.messageId : undefined
    expect(id).toMatch(/^[0-9a-f]{64}$/)
    expect(Object.fromEntries(producer.headers(0))).toMatchObject({
      ce_id: id,
      message_id: id,
      correlation_id: id,
      ce_type: 'ingestion.email_received',
      ce_source: '/intake/mail',
      producer_id: 'intake',
      'tenant-id': 'acme',
      'x-run': '7',
    })
  })

  it('uses the topics that it is given', async () => {
    const { producer, channel } = setUp({ topic: 'mails', deadLetterTopic: 'mails.dlq' })
    await channel.publish(order, envelope)
    await channel.publish(Buffer.from('no mail'), envelope)
    expect(producer.records.map((each) => each.topic)).toEqual(['mails', 'mails.dlq'])
    expect(producer.header(1, 'dlq.original.topic')).toBe('mails')
  })

  it('carries the trace around it, and passes deadline and signal on, for events and dead letters', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const { producer, channel } = setUp({ context: () => ({ traceparent }) })
    const { signal } = new AbortController()
    const options = {
      signal,
      deliveryTimeoutMs: 500,
      correlationId: 'c-1',
      headers: [['x-run', '7']],
    } as const
    await channel.publish(order, envelope, options)
    await channel.publish(Buffer.from('no mail'), envelope, options)
    for (const index of [0, 1]) {
      expect(producer.header(index, 'traceparent')).toBe(traceparent)
      expect(producer.header(index, 'correlation_id')).toBe('c-1')
      expect(producer.header(index, 'x-run')).toBe('7')
      expect(producer.calls[index]).toEqual({ signal, deliveryTimeoutMs: 500 })
    }
  })

  it("takes the transport's time and verdicts, never the mail's", async () => {
    const { producer, channel } = setUp()
    const auth = { spf: 'pass', dkim: 'fail', dmarc: 'none' } as const
    const forged = mail([
      'From: a@example.com',
      'Date: Fri, 31 Dec 9999 23:59:59 +0000',
      'Authentication-Results: x; spf=pass',
    ])
    await channel.publish(forged, { ...envelope, receivedAtMs: nowMs - 5000, auth })
    expect(producer.records[0]?.timestamp).toBe(nowMs - 5000)
    expect(valueOf(producer).payload).toMatchObject({
      auth,
      received_at: nowMs - 5000,
      date_header: '9999-12-31T23:59:59.000Z',
    })
  })

  it('makes one event a recipient, each once, with ids of their own', async () => {
    const { producer, channel } = setUp()
    const to = ['sales@Example.org', 'support@example.org', ' sales@example.org ']
    const result = await channel.publish(order, { to })
    expect(result.kind === 'published' && result.messages.map((each) => each.recipient)).toEqual([
      'sales@example.org',
      'support@example.org',
    ])
    expect(producer.header(0, 'message_id')).not.toBe(producer.header(1, 'message_id'))
    const alone = await channel.publish(order, { to: 'support@example.org' })
    expect(alone.kind === 'published' && alone.messages[0]?.messageId).toBe(producer.header(1, 'message_id'))
  })

  it('keeps small attachments inside and large ones in the store', async () => {
    const { producer, claimCheck, channel } = setUp({ attachmentThresholdBytes: 1000 })
    await channel.publish(withAttachment(Buffer.alloc(1000, 1)), envelope)
    await channel.publish(withAttachment(Buffer.alloc(1001, 1)), envelope)
    const [small] = valueOf(producer, 0).payload.attachments
    const [large] = valueOf(producer, 1).payload.attachments
    expect(small).toMatchObject({
      filename: 'a.bin',
      content_type: 'application/x-test',
      size: 1000,
      claim_check: null,
    })
    expect(small?.inline).not.toBeNull()
    expect(large).toMatchObject({
      size: 1001,
      inline: null,
      claim_check: { size: 1001, sha256: large?.sha256 },
    })
    expect(await claimCheck.get(large?.claim_check?.uri ?? '')).toEqual(new Uint8Array(1001).fill(1))
  })

  it('carries no attachment inside at a threshold of 0, not even an empty one', async () => {
    const { producer, channel } = setUp({ attachmentThresholdBytes: 0 })
    await channel.publish(withAttachment(Buffer.alloc(0)), envelope)
    expect(valueOf(producer).payload.attachments).toMatchObject([
      { size: 0, inline: null, claim_check: { size: 0 } },
    ])
  })

  it('keeps the raw mail before anything is sent, and sends nothing when it cannot', async () => {
    const { producer, claimCheck, channel } = setUp()
    claimCheck.failWith = new Error('disk full')
    const error = await channel.publish(order, envelope).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ChannelError)
    expect(error).toMatchObject({ code: 'CLAIM_CHECK_FAILED', retriable: true, cause: claimCheck.failWith })
    expect(producer.records).toEqual([])
  })

  // Regression: the ids of a mail of 25 MiB for a hundred recipients held everything up for two seconds.
  it('gives others their turn between the recipients of a large mail', async () => {
    const large = Buffer.concat([order, Buffer.alloc(1_048_576, `${'x'.repeat(900)}\r\n`)])
    const parsed = await parseEmail(large)
    const parser: MailParser = {
      parse: async () => parsed,
      close: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }
    const { channel } = setUp({ parser })
    let turns = 0
    const count = (): NodeJS.Immediate =>
      setImmediate(() => {
        turns += 1
        timer = count()
      })
    let timer = count()
    const to = Array.from({ length: 50 }, (_, index) => `r${index}@example.org`)
    const mail = await channel.normalise(large, { to })
    clearImmediate(timer)
    expect(mail).toMatchObject({ kind: 'events', events: { length: 50 } })
    expect(turns).toBeGreaterThanOrEqual(49)
  })

  // Regression: a store with wrong credentials counted as one that is away for a moment.
  it('says of a store that will never take the bytes that it will not', async () => {
    const { claimCheck, channel } = setUp()
    claimCheck.failWith = new ChannelError('CLAIM_CHECK_FAILED', '403 (AccessDenied)')
    await expect(channel.publish(order, envelope)).rejects.toMatchObject({ retriable: false })
  })

  it('cuts text at the limit and says so; the raw mail has the rest', async () => {
    const { producer, channel } = setUp({ maxTextBytes: 11 })
    const long = mail(['From: a@example.com', 'Content-Type: text/plain; charset=utf-8'], 'ääääää')
    await channel.publish(long, envelope)
    expect(valueOf(producer).payload).toMatchObject({ text: 'äääää', truncated: ['text'] })
  })

  it('stays below a megabyte whatever the sender does', async () => {
    const { producer, channel } = setUp({ codec: json })
    const many = Array.from(
      { length: 420 },
      (_, n) => `"${'n'.repeat(300)}" <${'l'.repeat(300)}${n}@example.com>`,
    )
    const part = [
      '--b',
      `Content-Disposition: attachment; filename="${'f'.repeat(350)}"`,
      '',
      'x'.repeat(2000),
    ]
    const monster = mail(
      [
        'From: a@example.com',
        `Subject: ${'s'.repeat(10_000)}`,
        `To: ${many.slice(0, 210).join(',')}`,
        `Cc: ${many.slice(210).join(',')}`,
        `References: ${Array.from({ length: 60 }, (_, n) => `<${n}${'r'.repeat(900)}@x>`).join(' ')}`,
        'Content-Type: multipart/mixed; boundary=b',
      ],
      '--b',
      'Content-Type: text/plain',
      '',
      't'.repeat(900_000),
      '--b',
      'Content-Type: text/html',
      '',
      'h'.repeat(900_000),
      ...Array.from({ length: 150 }, () => part).flat(),
      '--b--',
    )
    const mailEvents = await channel.normalise(monster, envelope)
    const [event] = mailEvents.kind === 'events' ? mailEvents.events : []
    const payload = event?.message.payload
    const inline = payload?.attachments.reduce((sum, each) => sum + (each.inline?.byteLength ?? 0), 0) ?? 0
    // JSON writes bytes four times as long as Avro does; so the bytes are counted and the rest is measured.
    const rest = { ...payload, attachments: payload?.attachments.map((each) => ({ ...each, inline: null })) }
    expect(JSON.stringify(rest).length + inline).toBeLessThan(900_000)
    expect(inline).toBeGreaterThan(190_000)
    expect(inline).toBeLessThanOrEqual(196_608)
    expect(payload?.truncated).toEqual(['to', 'cc', 'subject', 'text', 'html', 'references', 'attachments'])
    expect(producer.records).toEqual([])
  })

  it('refuses a mail above maxBytes', async () => {
    const { channel } = setUp({ maxBytes: order.byteLength - 1 })
    await expect(channel.publish(order, envelope)).rejects.toMatchObject({
      code: 'MAIL_TOO_LARGE',
      retriable: false,
    })
  })

  it('hides keys behind an HMAC on request', async () => {
    const { producer, channel } = setUp({ keyHmacSecret: 'pepper' })
    await channel.publish(order, envelope)
    const expected = createHmac('sha256', 'pepper').update('desk@example.com').digest('hex')
    expect(producer.records[0]?.key).toBe(expected)
    const events = await channel.normalise(order, envelope)
    expect(events.kind === 'events' && events.events[0]?.key).toBe(expected)
  })

  it('hands a delivery error on as it is', async () => {
    const { producer, channel } = setUp()
    producer.failWith = new DeliveryError('DELIVERY_TIMEOUT', 'late', { outcome: 'unknown', topic: 't' })
    await expect(channel.publish(order, envelope)).rejects.toBe(producer.failWith)
  })

  it('says how many recipients did not get theirs', async () => {
    const { producer, channel } = setUp()
    const failWith = new DeliveryError('DELIVERY_TIMEOUT', 'late', {
      outcome: 'unknown',
      topic: 't',
      retriable: true,
    })
    const send = producer.send.bind(producer)
    producer.send = async (record, options) => {
      if (producer.calls.length > 0) throw failWith
      return await send(record, options)
    }
    const error = await channel
      .publish(order, { to: ['a@example.org', 'b@example.org'] })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'PARTLY_PUBLISHED', retriable: true, cause: { errors: [failWith] } })
  })

  it("hands the codec's error on and sends nothing", async () => {
    const broken = new RangeError('no such branch')
    const codec = {
      contentType: 'application/json',
      encode(): never {
        throw broken
      },
    }
    const { producer, channel } = setUp({ codec })
    await expect(channel.publish(order, envelope)).rejects.toBe(broken)
    expect(producer.records).toEqual([])
  })

  it.each([
    'maxBytes',
    'maxTextBytes',
    'attachmentThresholdBytes',
    'maxDeadLetterBytes',
    'maxNestingDepth',
    'maxHeaderBytes',
  ])('refuses %s that is no size', (name) => {
    expect(() => setUp({ [name]: -1 })).toThrow(expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION' }))
    expect(() => setUp({ [name]: Number.NaN })).toThrow(HeadwaterError)
  })
})
