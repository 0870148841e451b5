import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startKafka } from '@headwater/embedded'
import { describe, expect, it } from 'vitest'
import { storedEvents } from './stored-events.ts'
import { environment, topics } from './workflow-settings.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** The program as a process of its own, and what it wrote. */
function run(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    // Its log lines are kept like those of the test.
    env: { NODE_OPTIONS: process.env['NODE_OPTIONS'], ...env },
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => void (output[name] += text))
  }
  const exited = once(child, 'close').then(([code, signal]: (number | string | null)[]) => code ?? signal)
  return { child, output, exited }
}

const job = ['complete', 'nightly', 'run_7'] as const

describe('runWorkflow complete', { timeout: 60_000 }, () => {
  it('ends with 0 when the event is in the log, and says where', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const { output, exited } = run(environment(kafka), ...job, '--status', 'success')
    expect(await exited).toBe(0)
    const [event] = await storedEvents(kafka)
    expect(event).toMatchObject({ event_type: 'WORKFLOW_COMPLETED', source: 'JOB', workflow_run_id: 'run_7' })
    expect(event?.['payload']).toEqual({ data: '{"status":"success"}' })
    expect(JSON.parse(output.stdout)).toMatchObject({
      event_id: 'nightly/run_7/completed',
      status: 'delivered',
      partition: event?.['partition'],
      offset: event?.['offset'],
    })
  })

  it('says which setting is odd, and goes on', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const { output, exited } = run(environment(kafka, { KAFKA_PRODUCER_LINGERMS: '5' }), ...job)
    expect(await exited).toBe(0)
    const line = output.stderr.split('\n').find((each) => each.includes('"msg":"configuration"'))
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      variable: 'KAFKA_PRODUCER_LINGERMS',
      fix: 'Did you mean KAFKA_PRODUCER_LINGER_MS?',
    })
  })

  it('ends with 0 and one event when the acknowledgement is lost', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    kafka.faults.on('Produce').loseResponse().once()
    const { exited } = run(environment(kafka), ...job)
    expect(await exited).toBe(0)
    expect(await storedEvents(kafka)).toHaveLength(1)
  })

  it('ends with 1 when the broker refuses the event', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    kafka.faults.on('Produce').reply('TOPIC_AUTHORIZATION_FAILED').always()
    const { output, exited } = run(environment(kafka), ...job)
    expect(await exited).toBe(1)
    expect(JSON.parse(output.stdout)).toMatchObject({ status: 'rejected' })
    const line = output.stderr.split('\n').find((each) => each.includes('event not published'))
    expect(JSON.parse(line ?? '')).toMatchObject({
      service: 'workflow-test',
      component: 'publisher',
      workflow_run_id: 'run_7',
      err: { type: 'DeliveryError', code: 'TOPIC_AUTHORIZATION_FAILED', outcome: 'rejected', attempts: 1 },
    })
    expect(await storedEvents(kafka)).toEqual([])
  })

  it('ends with 4 by itself when no broker is there', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await kafka.broker(1).stop()
    const { exited } = run(environment(kafka), ...job, '--timeout-ms', '1500')
    expect(await exited).toBe(4)
  })

  it('gives up in order on SIGTERM, and says what is known', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const gate = kafka.faults.on('Produce').holdBeforeReply()
    const { child, output, exited } = run(environment(kafka), ...job)
    await expect.poll(() => kafka.records('workflow.events'), { timeout: 30_000 }).toHaveLength(1)
    child.kill('SIGTERM')
    expect(await exited).toBe(3)
    expect(JSON.parse(output.stdout)).toMatchObject({ status: 'unknown', error: { code: 'ABORTED' } })
    gate.release()
  })

  it('ends with 2 when arguments or configuration are wrong', async () => {
    const wrongArgument = run({}, ...job, '--timeout-ms', 'soon')
    const wrongSetting = run({ INTAKE_PORT: 'eighty' }, 'serve')
    expect([await wrongArgument.exited, await wrongSetting.exited]).toEqual([2, 2])
    expect(wrongArgument.output.stderr).toContain('usage')
    expect(wrongSetting.output.stderr).toContain('KAFKA_BOOTSTRAP_SERVERS')
  })
})

describe('runWorkflow --help', { timeout: 60_000 }, () => {
  it('says how to start it, and ends with 0', async () => {
    const { output, exited } = run({}, '--help')
    expect(await exited).toBe(0)
    expect(output.stdout).toContain('complete <workflow> <run>')
    expect(output.stderr).toBe('')
  })
})

describe('runWorkflow serve', { timeout: 60_000 }, () => {
  it('drains on SIGTERM: answers what is in, and ends with 0', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const service = run(environment(kafka), 'serve')
    const url = () => /"url":"([^"]+)"/.exec(service.output.stderr)?.[1]
    await expect.poll(url, { timeout: 30_000 }).toBeDefined()
    const gate = kafka.faults.on('Produce').holdBeforeReply()
    const sent = fetch(`${url()}/workflows/nightly/trigger`, { method: 'POST' })
    await expect.poll(() => kafka.records('workflow.events'), { timeout: 30_000 }).toHaveLength(1)
    service.child.kill('SIGTERM')
    await expect
      .poll(() => service.output.stderr, { timeout: 30_000 })
      .toContain('the workflow service drains')
    gate.release()
    expect((await sent).status).toBe(202)
    expect(await service.exited).toBe(0)
    expect(service.output.stderr).toContain('"undelivered":0')
  })
})
