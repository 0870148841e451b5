import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collectFixtureSecrets, secretsOf } from '../src/collect-fixture-secrets.ts'

describe('collectFixtureSecrets', () => {
  it('finds what the tests of this workspace keep secret', () => {
    const values = new Map(
      collectFixtureSecrets(join(import.meta.dirname, '../../..')).map((each) => [each.value, each.kind]),
    )
    expect(values.get('hunter2')).toBe('secret of a fixture')
    expect(values.get('what we told Meta')).toBe('secret of a fixture')
    expect(values.get('491700000001')).toBe('telephone number of a fixture')
    expect(values.get('ORDER-123')).toBe('record key of a fixture')
    expect(values.get('hush')).toBeUndefined()
    expect(values.size).toBeGreaterThan(40)
  })
})

describe('secretsOf', () => {
  it('takes strings that are assigned to names that say what they are', () => {
    const source = `
      const signingKey = 'the signing key'
      const mail = "Subject: Where is my order?\\r\\n"
      send({ key: 'order-17', value: 'two words', to: '+491700000001', profile: { name: 'Ana Ruiz' } })`
    expect(secretsOf(source).map(({ value }) => value)).toEqual([
      'Where is my order?',
      'the signing key',
      '+491700000001',
      'order-17',
      'Ana Ruiz',
    ])
  })

  it('leaves plain words and what is put together', () => {
    expect(secretsOf("const a = { password: 'second', key: 'orders', secret: `a${b}c1` }")).toEqual([])
  })
})
