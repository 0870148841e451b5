import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployed, runHeadwater } from './run-headwater.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('headwater config check', () => {
  it('ends with 0 when a service could start', async () => {
    expect(await runHeadwater(['config', 'check'], deployed)).toEqual({
      exitCode: 0,
      out: 'The configuration of orders is valid (profile prod).\n',
      err: '',
    })
  })

  it('ends with 1 and prints every problem, but no secret', async () => {
    const env = { ...deployed, KAFKA_PRODUCER_LINGER_MS: '5ms', KAFKA_PASSWORD: 'hunter2' }
    const { exitCode, out, err } = await runHeadwater(['config', 'check'], env)
    expect(exitCode).toBe(1)
    expect(out).toBe('')
    expect(err).toMatch(/^problem: KAFKA_SASL_PASSWORD is set, but .* \(a string of 7 characters\)\. .+\.$/m)
    expect(err).toMatch(/^problem: KAFKA_PRODUCER_LINGER_MS is not a whole number/m)
    expect(err).toContain('The configuration is not valid.')
    expect(err).not.toContain('hunter2')
  })

  it('prints warnings and still ends with 0', async () => {
    const { exitCode, out } = await runHeadwater(['config', 'check'], {
      ...deployed,
      KAFKA_TOPIC_RAW_MESSAGE: 'x',
    })
    expect(exitCode).toBe(0)
    expect(out).toMatch(/^warning: KAFKA_TOPIC_RAW_MESSAGE is .*Did you mean KAFKA_TOPIC_RAW_MESSAGES\?$/m)
  })

  it('applies the profile that it is told', async () => {
    const { exitCode, out } = await runHeadwater(['config', 'check', '--profile', 'dev'])
    expect(exitCode).toBe(0)
    expect(out).toContain('(profile dev)')
  })

  it('refuses a profile that does not exist', async () => {
    const { exitCode, err } = await runHeadwater(['config', 'check', '--profile', 'test'], deployed)
    expect(exitCode).toBe(1)
    expect(err).toContain('Allowed choices are dev, staging, prod')
  })

  it('reads a file below the environment', async () => {
    const path = join(folder, '.env')
    writeFileSync(path, 'SERVICE_NAME=billing\nKAFKA_BOOTSTRAP_SERVERS="a:1,b:2" # two\n')
    const fromFile = await runHeadwater(['config', 'check', '--env-file', path])
    expect(fromFile.out).toContain('The configuration of billing is valid')
    const above = await runHeadwater(['config', 'check', '--env-file', path], { SERVICE_NAME: 'orders' })
    expect(above.out).toContain('The configuration of orders is valid')
  })

  it('says so when that file cannot be read', async () => {
    const { exitCode, err } = await runHeadwater(
      ['config', 'check', '--env-file', join(folder, 'none')],
      deployed,
    )
    expect(exitCode).toBe(1)
    expect(err).toContain('(ENOENT)')
  })
})
