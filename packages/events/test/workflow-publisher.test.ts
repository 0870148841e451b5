import { ManualClock, type LogFields } from '@headwater/base'
import { DeliveryError } from '@headwater/producer'
import { createJsonCodec } from '@headwater/schemas'
import { describe, expect, it } from 'vitest'
import { createWorkflowPublisher, type WorkflowEvent, type WorkflowPublisher } from '../src/index.ts'
import { MemoryProducer } from './memory-producer.ts'

const nowMs = Date.parse('2026-03-01T08:30:00.250Z')
const completed: WorkflowEvent = {
  eventType: 'WORKFLOW_COMPLETED',
  source: 'AIRFLOW',
  workflowId: 'example_dag',
  workflowRunId: 'scheduled__2026-03-01T00:00:00+00:00',
  data: { status: 'success', count: 100, tables: [{ name: 'orders' }] },
}

interface Line {
  readonly level: string
  readonly fields: LogFields
}

function setUp(): {
  readonly producer: MemoryProducer
  readonly workflows: WorkflowPublisher
  readonly lines: Line[]
} {
  const producer = new MemoryProducer()
  const lines: Line[] = []
  const write = (level: string) => (fields: LogFields) => void lines.push({ level, fields })
  const workflows = createWorkflowPublisher({
    producer,
    codec: createJsonCodec(),
    producerId: 'scheduler',
    environment: 'prod',
    clock: new ManualClock(nowMs),
    logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
  })
  return { producer, workflows, lines }
}

const written = (producer: MemoryProducer, index = 0) =>
  JSON.parse(String(producer.records.at(index)?.value)) as Record<string, unknown>

describe('createWorkflowPublisher', () => {
  it('writes the event with an id and a time of its own where none are given', async () => {
    const { producer, workflows } = setUp()
    const { eventId, receipt } = await workflows.publishEvent(completed)
    expect(eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(receipt.topic).toBe('workflow.events')
    expect(written(producer)).toEqual({
      event_id: eventId,
      event_type: 'WORKFLOW_COMPLETED',
      source: 'AIRFLOW',
      workflow_id: 'example_dag',
      workflow_run_id: 'scheduled__2026-03-01T00:00:00+00:00',
      timestamp: nowMs,
      payload: { data: '{"status":"success","count":100,"tables":[{"name":"orders"}]}' },
      metadata: { environment: 'prod' },
    })
    expect(producer.header(0, 'message_id')).toBe(eventId)
    expect(producer.header(0, 'ce_type')).toBe('workflow.completed')
    expect(producer.header(0, 'ce_source')).toBe('/scheduler')
    expect(producer.records[0]?.timestamp).toBe(nowMs)
  })

  it('keeps the id, time and environment that the event brings', async () => {
    const { producer, workflows } = setUp()
    const timestamp = new Date('2026-02-28T23:59:00Z')
    const event = { ...completed, eventId: 'run-7/done', timestamp, environment: 'staging' }
    expect((await workflows.publishEvent(event)).eventId).toBe('run-7/done')
    expect(written(producer)).toMatchObject({
      event_id: 'run-7/done',
      timestamp: timestamp.getTime(),
      metadata: { environment: 'staging' },
    })
    expect(producer.header(0, 'ce_id')).toBe('run-7/done')
    expect(producer.header(0, 'ce_time')).toBe('2026-02-28T23:59:00.000Z')
  })

  it('gives all events of a run one key, and the same run id of another workflow another', async () => {
    const { producer, workflows } = setUp()
    await workflows.publishEvent({ ...completed, eventType: 'WORKFLOW_TRIGGERED' })
    await workflows.publishEvent(completed)
    await workflows.publishEvent({ ...completed, workflowId: 'other_dag' })
    expect(producer.records.map((each) => each.key)).toEqual([
      'example_dag/scheduled__2026-03-01T00:00:00+00:00',
      'example_dag/scheduled__2026-03-01T00:00:00+00:00',
      'other_dag/scheduled__2026-03-01T00:00:00+00:00',
    ])
  })

  it('sends one event to another topic and with a shorter deadline when the call says so', async () => {
    const { producer, workflows } = setUp()
    await workflows.publishEvent(completed, {
      topic: 'custom-topic',
      deliveryTimeoutMs: 750,
      tenantId: 'acme',
    })
    await workflows.publishEvent(completed)
    expect(producer.records.map((each) => each.topic)).toEqual(['custom-topic', 'workflow.events'])
    expect(producer.calls.map((each) => each.deliveryTimeoutMs)).toEqual([750, undefined])
    expect(producer.header(0, 'tenant-id')).toBe('acme')
    await expect(workflows.publishEvent(completed, { topic: 'no topic' })).rejects.toMatchObject({
      code: 'INVALID_EVENT_OPTION',
    })
  })

  it.each(['rejected', 'not-sent', 'unknown'] as const)(
    'says %s as a rejection and as a value',
    async (outcome) => {
      const { producer, workflows } = setUp()
      producer.failWith = new DeliveryError('DELIVERY_TIMEOUT', 'no answer', {
        outcome,
        topic: 'workflow.events',
      })
      await expect(workflows.publishEvent(completed)).rejects.toBe(producer.failWith)
      expect(await workflows.tryPublishEvent({ ...completed, eventId: 'e-1' })).toEqual({
        status: outcome,
        error: producer.failWith,
        eventId: 'e-1',
      })
    },
  )

  it('says delivered as a value, with the receipt', async () => {
    const { workflows } = setUp()
    const result = await workflows.tryPublishEvent({ ...completed, eventId: 'e-1' })
    expect(result).toMatchObject({ status: 'delivered', eventId: 'e-1', receipt: { offset: 0n } })
  })

  it.each([
    [{ eventType: 'WORKFLOW_PAUSED' }, 'INVALID_WORKFLOW_EVENT'],
    [{ eventType: 'UNKNOWN' }, 'INVALID_WORKFLOW_EVENT'],
    [{ eventType: 'constructor' }, 'INVALID_WORKFLOW_EVENT'],
    [{ source: 'CRON' }, 'INVALID_WORKFLOW_EVENT'],
    [{ workflowId: '' }, 'INVALID_WORKFLOW_EVENT'],
    [{ workflowId: 'a/b' }, 'INVALID_WORKFLOW_EVENT'],
    [{ workflowRunId: 'line\nbreak' }, 'INVALID_WORKFLOW_EVENT'],
    [{ workflowRunId: 'x'.repeat(251) }, 'INVALID_WORKFLOW_EVENT'],
    [{ environment: '' }, 'INVALID_WORKFLOW_EVENT'],
    [{ timestamp: new Date('never') }, 'INVALID_EVENT_OPTION'],
    [{ eventId: '' }, 'INVALID_EVENT_OPTION'],
    [{ data: { total: Number.NaN } }, 'VALUE_INVALID'],
    [{ data: { rows: new Map() } }, 'VALUE_INVALID'],
  ])('refuses %j before anything is sent', async (part, code) => {
    const { producer, workflows } = setUp()
    const event = { ...completed, ...part } as WorkflowEvent
    await expect(workflows.publishEvent(event)).rejects.toMatchObject({ code })
    expect(await workflows.tryPublishEvent(event)).toMatchObject({ status: 'invalid', error: { code } })
    expect(producer.records).toEqual([])
  })

  it.each(['', 'a\nb'])('refuses the environment %j', (environment) => {
    const make = () =>
      createWorkflowPublisher({
        producer: new MemoryProducer(),
        codec: createJsonCodec(),
        producerId: 'scheduler',
        environment,
      })
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_PUBLISHER_OPTION' }))
  })

  it('tells the log which event of which run ended how, and nothing of its data', async () => {
    const { producer, workflows, lines } = setUp()
    await workflows.publishEvent({ ...completed, eventId: 'e-1' })
    producer.failWith = new DeliveryError('DELIVERY_TIMEOUT', 'no answer', { outcome: 'unknown', topic: 't' })
    await workflows.tryPublishEvent({ ...completed, eventId: 'e-2' })
    const run = {
      event_type: 'WORKFLOW_COMPLETED',
      workflow_id: 'example_dag',
      workflow_run_id: 'scheduled__2026-03-01T00:00:00+00:00',
    }
    expect(lines).toMatchObject([
      { level: 'debug', fields: { event_id: 'e-1', ...run, status: 'delivered', offset: '0' } },
      { level: 'error', fields: { event_id: 'e-2', ...run, status: 'unknown', err: producer.failWith } },
    ])
    expect(JSON.stringify(lines)).not.toContain('orders')
  })

  it('keeps the order of calls that do not wait for each other', async () => {
    const { producer, workflows } = setUp()
    const events = Array.from({ length: 20 }, (_, n) => ({ ...completed, eventId: `e-${n}` }))
    await Promise.all(events.map((each) => workflows.tryPublishEvent(each)))
    expect(producer.records.map((_, index) => written(producer, index)['event_id'])).toEqual(
      events.map((each) => each.eventId),
    )
  })
})
