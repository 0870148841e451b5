import { Buffer } from 'node:buffer'
import { DeliveryError } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { envelope, mail, setUp } from './email-setup.ts'

describe('emailChannel on unreadable mail', () => {
  it('puts the raw bytes into the dead-letter topic, with the reason in headers', async () => {
    const { producer, channel } = setUp({ producerId: 'intake' })
    const result = await channel.publish(Buffer.from('no mail'), {
      from: '',
      to: ['a@example.org', 'b@example.org'],
    })
    expect(result).toMatchObject({ kind: 'dead-lettered', reason: 'NO_HEADER', receipt: { offset: 0n } })
    expect(producer.records).toHaveLength(1)
    expect(producer.records[0]).toMatchObject({ topic: 'ingestion.dlq.messages', key: null })
    expect(String(producer.records[0]?.value)).toBe('no mail')
    expect(Object.fromEntries(producer.headers(0))).toMatchObject({
      ce_type: 'ingestion.unreadable',
      'content-type': 'message/rfc822',
      message_id: result.kind === 'dead-lettered' ? result.messageId : '',
      'dlq.original.topic': 'ingestion.raw.messages',
      'dlq.original.key-present': 'false',
      'dlq.error.class': 'UnreadableInput',
      'dlq.error.code': 'EMAIL_NO_HEADER',
      'dlq.error.kind': 'unreadable',
      'dlq.error.message': expect.stringContaining('header field'),
      'dlq.disposition': 'deserialization',
      'dlq.attempts': '1',
      'dlq.first-failed-at': '2026-03-02T08:15:00.500Z',
      'dlq.failed-at': '2026-03-02T08:15:00.500Z',
      'dlq.service': 'intake',
      'dlq.replay-count': '0',
      'envelope-from': '',
      'envelope-to': '["a@example.org","b@example.org"]',
    })
  })

  it('warns without a word of the mail', async () => {
    const lines: unknown[] = []
    const write = (fields: unknown, message: string) => void lines.push([fields, message])
    const { channel } = setUp({ logger: { debug: write, info: write, warn: write, error: write } })
    await channel.publish(Buffer.from('secret words'), { from: 'secret@example.com' })
    expect(lines).toEqual([
      [expect.objectContaining({ code: 'EMAIL_NO_HEADER', bytes: 12 }), 'unreadable mail dead-lettered'],
    ])
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('knows an empty body', async () => {
    const { channel } = setUp()
    expect(await channel.publish(new Uint8Array(0), envelope)).toMatchObject({ reason: 'EMPTY' })
    expect(await channel.publish(Buffer.from(' \r\n\t\n'), envelope)).toMatchObject({ reason: 'EMPTY' })
  })

  it('holds the limits of nesting and header size', async () => {
    const { channel } = setUp({ maxHeaderBytes: 100, maxNestingDepth: 1 })
    const wide = mail(['From: a@example.com', `X: ${'x'.repeat(100)}`])
    expect(await channel.publish(wide, envelope)).toMatchObject({ reason: 'OVER_LIMIT' })
    const deep = mail(
      ['Content-Type: multipart/mixed; boundary=a'],
      '--a',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      'x',
      '--b--',
      '--a--',
    )
    expect(await channel.publish(deep, envelope)).toMatchObject({ reason: 'OVER_LIMIT' })
  })

  it('keeps a mail that no record could hold, and sends the reference', async () => {
    const { producer, claimCheck, channel } = setUp({ maxDeadLetterBytes: 5 })
    await channel.publish(Buffer.from('123456'), envelope)
    expect(producer.header(0, 'content-type')).toBe('application/vnd.headwater.claim-check+json')
    const { uri } = JSON.parse(String(producer.records[0]?.value)) as { uri: string }
    expect(String(await claimCheck.get(uri))).toBe('123456')
  })

  it('has one id for the same bytes to the same recipients', async () => {
    const { producer, channel } = setUp()
    for (const to of ['a@example.org', 'a@example.org', 'b@example.org']) {
      await channel.publish(Buffer.from('no mail'), { to })
    }
    const ids = [0, 1, 2].map((at) => producer.header(at, 'message_id'))
    expect(ids[1]).toBe(ids[0])
    expect(ids[2]).not.toBe(ids[0])
  })

  it('tells both failures when the dead-letter topic refuses too', async () => {
    const { producer, channel } = setUp()
    producer.failWith = new DeliveryError('DELIVERY_TIMEOUT', 'late', {
      outcome: 'unknown',
      topic: 't',
      retriable: true,
    })
    const error = await channel.publish(Buffer.from('no mail'), envelope).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'DEAD_LETTER_FAILED',
      retriable: true,
      cause: { errors: [{ message: expect.stringContaining('NO_HEADER') }, producer.failWith] },
    })
  })
})
