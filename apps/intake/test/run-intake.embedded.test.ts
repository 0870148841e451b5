import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startKafka } from '@headwater/embedded'
import { describe, expect, it } from 'vitest'
import { environment, topics } from './intake-settings.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** The intake as a process of its own, and the lines that it wrote. */
function run(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    // Its log lines are kept like those of the test.
    env: { NODE_OPTIONS: process.env['NODE_OPTIONS'], ...env },
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => void (output[name] += text))
  }
  return { child, output, exited: exitOf(child) }
}

async function exitOf(child: ChildProcess): Promise<number | string> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return code ?? signal ?? 'unknown'
}

function lines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

async function untilListening({ output }: ReturnType<typeof run>): Promise<string> {
  const url = () => lines(output.stdout).find((line) => line['url'] !== undefined)?.['url']
  await expect.poll(url, { timeout: 50_000 }).toBeDefined()
  return String(url())
}

const mail = 'From: desk@example.com\r\nSubject: hush\r\n\r\nWhere is it?\r\n'
const post = (url: string) => fetch(`${url}/channels/email`, { method: 'POST', body: mail })

describe('runIntake', { timeout: 30_000 }, () => {
  it('drains on SIGTERM: answers what is in, and ends with 0', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const intake = run(environment(kafka))
    const url = await untilListening(intake)
    const gate = kafka.faults.on('Produce').holdBeforeReply()
    const sent = post(url)
    await expect.poll(() => kafka.records('ingestion.raw.messages').then(({ length }) => length)).toBe(1)
    intake.child.kill('SIGTERM')
    await expect.poll(() => intake.output.stdout, { timeout: 5000 }).toContain('the intake drains')
    gate.release()
    expect((await sent).status).toBe(202)
    expect(await intake.exited).toBe(0)
    expect(intake.output.stdout).not.toMatch(/example\.com|hush/)
    expect(lines(intake.output.stdout).at(-1)).toMatchObject({ undelivered: 0, service: 'intake-test' })
    expect(intake.output.stderr).toBe('')
  })

  it('ends with 2 and every reason when the configuration is wrong', async () => {
    const intake = run({ INTAKE_PORT: 'eighty' })
    expect(await intake.exited).toBe(2)
    expect(intake.output.stderr).toContain('KAFKA_BOOTSTRAP_SERVERS')
    expect(intake.output.stderr).toContain('INTAKE_PORT')
  })

  it('ends on SIGTERM while it waits for the registry', async () => {
    await using kafka = await startKafka({ topics })
    const intake = run(
      environment({ bootstrapServers: kafka.bootstrapServers, registryUrl: 'http://127.0.0.1:9' }),
    )
    await expect
      .poll(() => intake.output.stdout, { timeout: 50_000 })
      .toContain('the schema registry does not answer yet')
    intake.child.kill('SIGTERM')
    expect(await intake.exited).toBe(0)
  })

  it('ends with 1 when the registry is none', async () => {
    await using kafka = await startKafka({ topics })
    const { bootstrapServers } = kafka
    const { SCHEMA_REGISTRY_URL: _url, ...rest } = environment({ bootstrapServers, registryUrl: '' })
    const intake = run({ ...rest, HEADWATER_PROFILE: 'prod' })
    expect(await intake.exited).toBe(1)
    expect(intake.output.stdout).toContain('NO_REGISTRY')
  })
})
