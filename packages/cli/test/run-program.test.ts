import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { runHeadwater } from './run-headwater.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

describe('runProgram', () => {
  it('explains itself', async () => {
    const { exitCode, out } = await runHeadwater(['--help'])
    expect(exitCode).toBe(0)
    for (const command of ['config', 'up']) expect(out).toContain(command)
  })

  it("says its version, which is the package's", async () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect((await runHeadwater(['--version'])).out).toBe(`${manifest.version}\n`)
  })

  it.each([
    [['config', 'chekc'], 'Did you mean check?'],
    [['upp'], 'Did you mean up?'],
    [['up', '--brokers', '0'], 'Give a whole number from 1 to 100.'],
    [['up', '--brokers', '1.5'], 'Give a whole number from 1 to 100.'],
    [['up', '--port', '70000'], 'Give a whole number from 1 to 65535.'],
    [['up', '--registry-port', 'x'], 'Give a whole number from 1 to 65535.'],
    [['up', '--port', '65534', '--brokers', '3'], 'the last broker would need port 65536'],
    [['up', '--topic', 'a b'], 'Write name, name:partitions or'],
    [['up', '--topic', 'a', '--topic', 'a:2'], 'Topic a is named twice.'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, err } = await runHeadwater(args)
    expect(exitCode).toBe(1)
    expect(err).toContain(message)
  })
})

describe('main', () => {
  const run = promisify(execFile)

  it('is the command: it reads the environment of its process and ends with the exit code', async () => {
    const env = { PATH: process.env['PATH'], SERVICE_NAME: 'orders', KAFKA_BOOTSTRAP_SERVERS: 'a:1' }
    const args = ['--disable-warning=ExperimentalWarning', main, 'config', 'check']
    const { stdout } = await run(process.execPath, args, { env })
    expect(stdout).toContain('The configuration of orders is valid')
    await expect(run(process.execPath, args, { env: { PATH: env.PATH } })).rejects.toMatchObject({ code: 1 })
  })
})
