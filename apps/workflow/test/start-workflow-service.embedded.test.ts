import { silentLogger } from '@headwater/base'
import { startKafka } from '@headwater/embedded'
import { startWorkflowService } from '@headwater/workflow'
import { describe, expect, it } from 'vitest'
import { storedEvents } from './stored-events.ts'
import { settings, topics } from './workflow-settings.ts'

const logger = silentLogger

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: Record<string, unknown>
}

async function post(url: string, body?: unknown, type = 'application/json'): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const init = body === undefined ? {} : { body: text, headers: { 'content-type': type } }
  const response = await fetch(url, { method: 'POST', ...init })
  const retryAfter = response.headers.get('retry-after')
  return { status: response.status, retryAfter, body: (await response.json()) as Answer['body'] }
}

describe('startWorkflowService', { timeout: 60_000 }, () => {
  it('answers 202 with where the event is', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using service = await startWorkflowService(settings(kafka), { logger })
    const run = { workflow_run_id: 'run_7', data: { triggered_by: 'api', depth: { of: 'any' } } }
    const { status, body } = await post(`${service.url}/workflows/nightly/trigger`, run)
    expect(status).toBe(202)
    expect(body).toMatchObject({ status: 'delivered', workflow_run_id: 'run_7', topic: 'workflow.events' })
    expect(await storedEvents(kafka)).toEqual([
      expect.objectContaining({
        event_id: body['event_id'],
        event_type: 'WORKFLOW_TRIGGERED',
        source: 'SERVICE',
        workflow_id: 'nightly',
        workflow_run_id: 'run_7',
        payload: { data: JSON.stringify(run.data) },
        metadata: { environment: 'dev' },
        partition: body['partition'],
        offset: body['offset'],
      }),
    ])
  })

  it('makes a run id for a request without a body, and serves all requests with one producer', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using service = await startWorkflowService(settings(kafka), { logger })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(`${service.url}/workflows/nightly/trigger`)),
    )
    expect(new Set(answers.map((each) => each.status))).toEqual(new Set([202]))
    expect(new Set(answers.map((each) => each.body['workflow_run_id'])).size).toBe(20)
    expect(await storedEvents(kafka)).toHaveLength(20)
    expect(kafka.journal.count('InitProducerId')).toBe(1)
  })

  it('answers 202 once, and stores the event once, when the acknowledgement is lost', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using service = await startWorkflowService(settings(kafka), { logger })
    kafka.faults.on('Produce').loseResponse().once()
    const { status, body } = await post(`${service.url}/workflows/nightly/trigger`)
    expect([status, body['attempts']]).toEqual([202, 2])
    expect(await storedEvents(kafka)).toHaveLength(1)
  })

  it('answers 503 with Retry-After and no success when no broker is there, and 202 once one is back', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const config = settings(kafka, { INTAKE_ACK_TIMEOUT_MS: '300' })
    await using service = await startWorkflowService(config, { logger })
    const url = `${service.url}/workflows/nightly/trigger`
    await kafka.broker(1).stop()
    const run = { workflow_run_id: 'run_1' }
    const refused = await post(url, run)
    expect(refused).toMatchObject({ status: 503, retryAfter: '5', body: { workflow_run_id: 'run_1' } })
    expect(['not-sent', 'unknown']).toContain(refused.body['status'])
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503)
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
    await kafka.broker(1).start()
    await expect
      .poll(async () => (await fetch(`${service.url}/readyz`)).status, { timeout: 10_000 })
      .toBe(200)
    await expect.poll(async () => (await post(url, run)).status, { timeout: 10_000 }).toBe(202)
    const events = await storedEvents(kafka)
    expect(new Set(events.map((each) => each['event_id']))).toEqual(new Set(['nightly/run_1/triggered']))
  })

  it.each([
    ['a body that is no JSON', '/workflows/nightly/trigger', '{', 400],
    ['a body that is no object', '/workflows/nightly/trigger', [], 400],
    ['data that is no object', '/workflows/nightly/trigger', { data: 'text' }, 400],
    ['a field that nobody reads', '/workflows/nightly/trigger', { run: 'run_1' }, 400],
    ['a run id that is none', '/workflows/nightly/trigger', { workflow_run_id: 'a b' }, 400],
    ['a prototype', '/workflows/nightly/trigger', '{"data":{"__proto__":{"admin":true}}}', 400],
    ['a workflow id that is none', '/workflows/a%2Fb/trigger', {}, 400],
    ['another path', '/workflows', {}, 404],
    ['more than 256 KiB', '/workflows/nightly/trigger', { data: { text: 'x'.repeat(262_144) } }, 413],
  ])('refuses %s, and publishes nothing', async (_what, path, body, status) => {
    await using kafka = await startKafka({ registry: true, topics })
    await using service = await startWorkflowService(settings(kafka), { logger })
    expect((await post(service.url + path, body)).status).toBe(status)
    expect(await kafka.records('workflow.events')).toEqual([])
  })

  it('refuses a content type that it does not read', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using service = await startWorkflowService(settings(kafka), { logger })
    expect((await post(`${service.url}/workflows/nightly/trigger`, 'a=1', 'text/csv')).status).toBe(415)
  })

  it('shows Prometheus what its producer, its codec and its registry client did', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using service = await startWorkflowService(settings(kafka), { logger })
    await post(`${service.url}/workflows/nightly/trigger`)
    const response = await fetch(`${service.url}/metrics`)
    expect(response.headers.get('content-type')).toContain('text/plain')
    const lines = (await response.text()).split('\n')
    const client = 'client_id="workflow-test"'
    expect(lines).toContain(`kafka_producer_messages_sent_total{${client},topic="workflow.events"} 1`)
    expect(lines).toContain(`kafka_producer_connected{${client}} 1`)
    for (const metric of ['schema_codec_operations_total', 'schema_registry_requests_total']) {
      expect(lines.some((line) => line.startsWith(`${metric}{`))).toBe(true)
    }
  })

  it('does not start without a registry', async () => {
    await using kafka = await startKafka({ topics })
    const config = settings({ bootstrapServers: kafka.bootstrapServers, registryUrl: 'http://127.0.0.1:9' })
    const started = startWorkflowService(config, { logger, registryTimeoutMs: 300 })
    await expect(started).rejects.toMatchObject({ retriable: true })
  })
})
