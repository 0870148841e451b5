import { Buffer } from 'node:buffer'
import { ManualClock } from '@headwater/base'
import { DeliveryError, type ProducerRecord } from '@headwater/producer'
import { createJsonCodec } from '@headwater/schemas'
import { describe, expect, it } from 'vitest'
import { createStagePublisher, resolveStageTopics, type StageFailure } from '../src/index.ts'
import { MemoryProducer } from './memory-producer.ts'

const nowMs = Date.parse('2026-03-01T08:30:00.250Z')
/** As `config.topics.stages` has them. */
const configured: Readonly<Record<string, string>> = {
  'ocr-text': 'docs.ocr',
  layout: 'docs.layout',
  other: 'x',
}

function setUp(producer = new MemoryProducer(), more: { readonly tenantId?: string } = {}) {
  const stages = createStagePublisher({
    producer,
    codec: createJsonCodec(),
    service: 'extraction',
    topics: resolveStageTopics(['ocr-text', 'layout'], configured),
    clock: new ManualClock(nowMs),
    ...more,
  })
  return { producer, stages }
}

const value = (record: ProducerRecord | undefined) =>
  JSON.parse(String(record?.value)) as Record<string, unknown>
const raw = Buffer.from([0xff, 0x00, 0x7b])

function failure(
  part: Partial<StageFailure<'ocr-text' | 'layout'>> = {},
): StageFailure<'ocr-text' | 'layout'> {
  return {
    stage: 'ocr-text',
    entityId: 'doc-7',
    error: Object.assign(new RangeError('no page 12'), { code: 'NO_PAGE' }),
    attempts: 3,
    original: {
      topic: 'docs.received',
      partition: 2,
      offset: 41n,
      key: 'doc-7',
      value: raw,
      timestamp: 1000,
      headers: [
        ['message_id', 'm-41'],
        ['tenant-id', 'acme'],
        ['correlation_id', 'c-1'],
        ['dlq.error.message', 'of an earlier time'],
        ['dlq.first-failed-at', '2026-02-01T00:00:00.000Z'],
      ],
    },
    ...part,
  }
}

describe('resolveStageTopics', () => {
  it('gives the topics of the stages that are asked for', () => {
    expect(resolveStageTopics(['layout'], configured)).toEqual({ layout: 'docs.layout' })
  })

  it('names all stages that have no topic, and their variables', () => {
    expect(() => resolveStageTopics(['ocr-text', 'ocr-table', 'constructor'], configured)).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_STAGE',
        message: expect.stringContaining(
          'ocr-table, constructor: set KAFKA_TOPIC_STAGE_OCR_TABLE_COMPLETE, KAFKA_TOPIC_STAGE_CONSTRUCTOR_COMPLETE',
        ) as string,
      }),
    )
  })
})

describe('createStagePublisher', () => {
  it('publishes to the topic of the stage, with the entity as the key', async () => {
    const { producer, stages } = setUp()
    const { eventId } = await stages.publishEvent('ocr-text', { entityId: 'doc-7', data: { pages: 12 } })
    await stages.publishEvent('layout', { entityId: 'doc-7', eventId: 'e-2', timestamp: 5 })
    expect(producer.records.map(({ topic, key }) => [topic, key])).toEqual([
      ['docs.ocr', 'doc-7'],
      ['docs.layout', 'doc-7'],
    ])
    expect(value(producer.records[0])).toEqual({
      event_id: eventId,
      stage: 'ocr-text',
      entity_id: 'doc-7',
      service: 'extraction',
      timestamp: nowMs,
      data: '{"pages":12}',
    })
    expect(value(producer.records[1])).toMatchObject({ event_id: 'e-2', timestamp: 5, data: '{}' })
    expect([producer.header(0, 'ce_type'), producer.header(1, 'ce_type')]).toEqual([
      'ocr-text.completed',
      'layout.completed',
    ])
  })

  it('does not know other stages, while it is compiled and while it runs', async () => {
    const { producer, stages } = setUp()
    // @ts-expect-error -- configured, but not asked for
    await expect(stages.publishEvent('other', { entityId: 'doc-7' })).rejects.toMatchObject({
      code: 'UNKNOWN_STAGE',
    })
    // @ts-expect-error -- no stage at all
    expect(await stages.tryPublishEvent('toString', { entityId: 'd' })).toMatchObject({ status: 'invalid' })
    // @ts-expect-error -- no stage at all
    await expect(stages.publishFailure(failure({ stage: 'other' }))).rejects.toMatchObject({
      code: 'UNKNOWN_STAGE',
    })
    expect(producer.records).toEqual([])
  })

  it.each([
    [{ entityId: '' }, 'INVALID_STAGE_EVENT'],
    [{ entityId: null as unknown as string }, 'INVALID_STAGE_EVENT'],
    [{ entityId: 'd', data: { at: Number.NaN } }, 'VALUE_INVALID'],
    [{ entityId: 'd', timestamp: -1 }, 'INVALID_EVENT_OPTION'],
  ])('refuses %j before anything is sent', async (event, code) => {
    const { producer, stages } = setUp()
    await expect(stages.publishEvent('layout', event)).rejects.toMatchObject({ code })
    expect(producer.records).toEqual([])
  })

  it('puts a failed record aside as it was, and a summary that says where', async () => {
    const { producer, stages } = setUp()
    const result = await stages.publishFailure(failure())
    expect([result.deadLetter.status, result.errorEvent.status]).toEqual(['delivered', 'delivered'])
    const [letter, summary] = producer.records
    expect(letter).toMatchObject({ topic: 'extraction-dlq', key: 'doc-7', value: raw, timestamp: 1000 })
    expect(producer.headers(0)).toEqual([
      ['message_id', 'm-41'],
      ['tenant-id', 'acme'],
      ['correlation_id', 'c-1'],
      ['dlq.first-failed-at', '2026-02-01T00:00:00.000Z'],
      ['dlq.original.topic', 'docs.received'],
      ['dlq.original.partition', '2'],
      ['dlq.original.offset', '41'],
      ['dlq.original.timestamp', '1000'],
      ['dlq.original.key-present', 'true'],
      ['dlq.error.class', 'RangeError'],
      ['dlq.error.code', 'NO_PAGE'],
      ['dlq.error.kind', 'poison'],
      ['dlq.error.message', 'no page 12'],
      ['dlq.disposition', 'retries-exhausted'],
      ['dlq.attempts', '3'],
      ['dlq.failed-at', '2026-03-01T08:30:00.250Z'],
      ['dlq.service', 'extraction'],
      ['dlq.stage', 'ocr-text'],
      ['dlq.message-id', 'm-41'],
    ])
    expect(summary).toMatchObject({ topic: 'processing-errors', key: 'doc-7' })
    expect(value(summary)).toEqual({
      event_id: 'extraction/ocr-text/docs.received/2/41/failed',
      stage: 'ocr-text',
      entity_id: 'doc-7',
      service: 'extraction',
      timestamp: nowMs,
      attempts: 3,
      error: { name: 'RangeError', code: 'NO_PAGE', message: 'no page 12' },
      original: { topic: 'docs.received', partition: 2, offset: '41' },
      dead_letter: { topic: 'extraction-dlq', partition: 0, offset: '0' },
    })
    expect([producer.header(1, 'tenant-id'), producer.header(1, 'correlation_id')]).toEqual(['acme', 'c-1'])
  })

  // Regression: such an error was not put aside, and threw another one, so that its record came again and again.
  it.each([
    ['no text as message', Object.assign(new Error('x'), { message: ['a', 'b'] }), 'Error', 'a,b'],
    ['no message', Object.assign(new Error('x'), { message: undefined, name: undefined }), 'Error', ''],
    ['nothing that text can be made of', Object.create(null), 'object', ''],
    ['a symbol', Symbol('s'), 'symbol', 'Symbol(s)'],
  ])('puts a record aside whose error has, or is, %s', async (_, error: unknown, name, message) => {
    const { producer, stages } = setUp()
    await stages.publishFailure(failure({ error }))
    expect([producer.header(0, 'dlq.error.class'), producer.header(0, 'dlq.error.message')]).toEqual([
      name,
      message,
    ])
    expect(value(producer.records[1])).toMatchObject({ error: { name, code: null, message } })
  })

  it('tells of a record that nobody can read, whatever stands in its headers', async () => {
    const { producer, stages } = setUp()
    const headers = { 'tenant-id': '../etc', traceparent: 'none', correlation_id: '\u0000' }
    const original = { ...failure().original, key: null, value: null, headers }
    await stages.publishFailure(failure({ entityId: null, error: 'text', attempts: 1, original }))
    expect(producer.records.map(({ topic, key }) => [topic, key])).toEqual([
      ['extraction-dlq', null],
      ['processing-errors', null],
    ])
    expect(producer.header(0, 'dlq.disposition')).toBe('poison')
    expect(producer.header(0, 'dlq.first-failed-at')).toBe('2026-03-01T08:30:00.250Z')
    expect(producer.headers(1).map(([name]) => name)).not.toContain('tenant-id')
    expect(value(producer.records[1])).toMatchObject({
      entity_id: null,
      error: { name: 'string', message: 'text' },
    })
  })

  it('keeps of a long message what fits, whole characters', async () => {
    const { producer, stages } = setUp()
    await stages.publishFailure(failure({ error: new Error('ä'.repeat(1000)) }))
    const message = producer.header(0, 'dlq.error.message') ?? ''
    expect(message).toBe('ä'.repeat(512))
  })

  it('tries both, and says what became of each, where one is not taken', async () => {
    /** Refuses what goes to one topic. */
    class Choosy extends MemoryProducer {
      refused = ''
      override async send(...[record, options]: Parameters<MemoryProducer['send']>) {
        const { topic } = record
        if (topic !== this.refused) return await super.send(record, options)
        throw new DeliveryError('DELIVERY_TIMEOUT', 'late', { outcome: 'not-sent', topic, retriable: true })
      }
    }
    for (const [refused, letter, summary] of [
      ['extraction-dlq', 'not-sent', 'delivered'],
      ['processing-errors', 'delivered', 'not-sent'],
    ] as const) {
      const choosy = new Choosy()
      choosy.refused = refused
      const { producer, stages } = setUp(choosy)
      await expect(stages.publishFailure(failure())).rejects.toMatchObject({
        code: 'FAILURE_NOT_RECORDED',
        retriable: true,
        result: { deadLetter: { status: letter }, errorEvent: { status: summary } },
      })
      expect(producer.records).toHaveLength(1)
      if (refused === 'extraction-dlq')
        expect(value(producer.records[0])).toMatchObject({ dead_letter: null })
    }
  })

  it("writes failures under its own tenant when it is bound to one, and leaves the record's as it was", async () => {
    const { producer, stages } = setUp(new MemoryProducer(), { tenantId: 'globex' })
    await stages.publishFailure(failure())
    expect([producer.header(0, 'tenant-id'), producer.header(1, 'tenant-id')]).toEqual(['acme', 'globex'])
  })
})
