import { silentLogger } from '@headwater/base'
import { startKafka } from '@headwater/embedded'
import { describe, expect, it } from 'vitest'
import { completeWorkflow, type CompleteWorkflowOptions } from '../src/complete-workflow.ts'
import { storedEvents } from './stored-events.ts'
import { settings, topics } from './workflow-settings.ts'

function job(
  part: Partial<CompleteWorkflowOptions> = {},
): CompleteWorkflowOptions & { readonly lines: string[] } {
  const lines: string[] = []
  return {
    workflowId: 'nightly',
    workflowRunId: 'run_7',
    data: { status: 'success' },
    timeoutMs: 20_000,
    write: (line) => void lines.push(line),
    untilStopped: () => new AbortController().signal,
    logger: silentLogger,
    lines,
    ...part,
  }
}

describe('completeWorkflow', { timeout: 60_000 }, () => {
  it('gives 3 within its time when nobody answers what it wrote', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const gate = kafka.faults.on('Produce').holdBeforeReply()
    const options = job({ timeoutMs: 3000 })
    expect(await completeWorkflow(settings(kafka), options)).toBe(3)
    expect(JSON.parse(options.lines.join())).toMatchObject({
      status: 'unknown',
      event_id: 'nightly/run_7/completed',
      error: { code: 'DELIVERY_TIMEOUT' },
    })
    gate.release()
  })

  it('gives 4 within its time when no registry is there', async () => {
    await using kafka = await startKafka({ topics })
    const config = settings({ bootstrapServers: kafka.bootstrapServers, registryUrl: 'http://127.0.0.1:9' })
    const options = job({ timeoutMs: 500 })
    expect(await completeWorkflow(config, options)).toBe(4)
    expect(options.lines).toEqual([])
  })

  it('gives 1 for a workflow that cannot be', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const options = job({ workflowId: 'a/b' })
    expect(await completeWorkflow(settings(kafka), options)).toBe(1)
    expect(JSON.parse(options.lines.join())).toMatchObject({
      status: 'invalid',
      error: { code: 'INVALID_WORKFLOW_EVENT' },
    })
  })

  it('publishes the same event when it runs again', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    expect(await completeWorkflow(settings(kafka), job())).toBe(0)
    expect(await completeWorkflow(settings(kafka), job())).toBe(0)
    const events = await storedEvents(kafka)
    expect(events.map((each) => each['event_id'])).toEqual([
      'nightly/run_7/completed',
      'nightly/run_7/completed',
    ])
    expect(new Set(events.map((each) => each['partition'])).size).toBe(1)
  })
})
