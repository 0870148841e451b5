import type { SaslSettings } from '@headwater/base'
import { loadConfig } from '@headwater/config'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployed, problemsOf } from './problems-of.ts'

const bearer = { ...deployed, KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'OAUTHBEARER' }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-sasl-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('resolveSasl', () => {
  it('reads the bearer token anew each time, since something else refreshes the file', async () => {
    const path = join(folder, 'token')
    writeFileSync(path, 'first\n')
    const sasl = loadConfig({ ...bearer, KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: path }).connection.sasl
    const { token } = sasl as Extract<SaslSettings, { mechanism: 'oauthbearer' }>
    expect(await token()).toBe('first')
    writeFileSync(path, 'second\n')
    expect(await token()).toBe('second')
  })

  it('says what to do where no token can come from', () => {
    expect(problemsOf(bearer)[0]?.fix).toContain('connection.sasl')
    const path = join(folder, 'empty')
    writeFileSync(path, '\n')
    expect(problemsOf({ ...bearer, KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: path })).toMatchObject([
      { variable: 'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE', problem: 'names a file that is empty' },
    ])
  })

  it('refuses user and password beside a bearer token', () => {
    const path = join(folder, 'beside')
    writeFileSync(path, 'token')
    const source = {
      ...bearer,
      KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: path,
      KAFKA_USER: 'u',
      KAFKA_PASSWORD: 'p',
    }
    expect(problemsOf(source).map(({ variable }) => variable)).toEqual([
      'KAFKA_SASL_USERNAME',
      'KAFKA_SASL_PASSWORD',
    ])
  })

  it('takes an alias beside the name when they agree', () => {
    const { sasl } = loadConfig({
      ...bearer,
      KAFKA_SASL_MECHANISM: 'PLAIN',
      KAFKA_USER: 'ann',
      KAFKA_SASL_USERNAME: 'ann',
      KAFKA_PASSWORD: 'p',
      KAFKA_SASL_PASSWORD: 'p',
    }).connection
    expect(sasl).toEqual({ mechanism: 'plain', username: 'ann', password: 'p' })
  })
})
