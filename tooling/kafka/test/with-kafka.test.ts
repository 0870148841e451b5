import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'

const script = resolve(import.meta.dirname, '../src/with-kafka.ts')

/** Runs the script around a shell command, in an environment with nothing of Headwater in it but `env`. */
async function withKafka(
  env: NodeJS.ProcessEnv,
  shell: string,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const { HEADWATER_TEST_KAFKA: _given, HEADWATER_REQUIRE_KAFKA: _required, ...rest } = process.env
  const child = spawn(process.execPath, [script, '--', 'sh', '-c', shell], {
    env: { ...rest, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit') as Promise<[number]>
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited])
  return { code, stdout, stderr }
}

describe('with-kafka.ts', () => {
  const noJava = { JAVA_HOME: '/nowhere' }

  it('hands the given cluster to the command, and on the exit code of it', async () => {
    const env = { ...noJava, HEADWATER_TEST_KAFKA: '127.0.0.1:9' }
    const { code, stdout } = await withKafka(env, 'echo "$HEADWATER_TEST_KAFKA"; exit 7')
    expect([code, stdout]).toEqual([7, '127.0.0.1:9\n'])
  })

  it('answers as a shell does when a signal ends the command', async () => {
    expect((await withKafka({ HEADWATER_TEST_KAFKA: '127.0.0.1:9' }, 'kill -TERM $$')).code).toBe(143)
  })

  it('does not run the command without a Kafka, says why and is content', async () => {
    const { code, stdout, stderr } = await withKafka(noJava, 'echo ran')
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toMatch(/^Skipped.*no Java.*install a Java[^\n]*\n$/)
  })

  it('fails without a Kafka where one is required', async () => {
    const { code, stdout, stderr } = await withKafka({ ...noJava, HEADWATER_REQUIRE_KAFKA: '1' }, 'echo ran')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/required.*no Java/)
  })
})
