import { describe, expect, it } from 'vitest'
import { deployed, runHeadwater } from './run-headwater.ts'

const scram = {
  ...deployed,
  KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
  KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
  KAFKA_USER: 'orders',
  KAFKA_PASSWORD: 'hunter2',
}

describe('headwater config print', () => {
  it('prints the settings as JSON, without secrets', async () => {
    const { exitCode, out } = await runHeadwater(['config', 'print'], scram)
    expect(exitCode).toBe(0)
    expect(out).not.toContain('hunter2')
    expect(JSON.parse(out)).toMatchObject({
      service: { name: 'orders', profile: 'prod' },
      connection: {
        tls: true,
        sasl: { mechanism: 'scram-sha-512', username: 'orders', password: '[redacted]' },
      },
      producer: { acks: 'all', lingerMs: 0 },
    })
  })

  it('applies the profile that it is told', async () => {
    const { out } = await runHeadwater(['config', 'print', '--profile', 'staging'], deployed)
    expect(JSON.parse(out)).toMatchObject({ service: { profile: 'staging' } })
  })

  it('ends with 1 and the problems where there are no settings to print', async () => {
    const { exitCode, out, err } = await runHeadwater(['config', 'print'])
    expect(exitCode).toBe(1)
    expect(out).toBe('')
    expect(err).toContain('KAFKA_BOOTSTRAP_SERVERS is missing')
  })
})
