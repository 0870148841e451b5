import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { readEmailReceivedSchema } from '../src/index.ts'

interface Field {
  readonly name: string
  readonly type: unknown
  readonly default?: unknown
}
interface Schema {
  readonly fields: readonly Field[]
}

describe('readEmailReceivedSchema', () => {
  const schema = JSON.parse(readEmailReceivedSchema()) as Schema
  const payload = schema.fields.find((each) => each.name === 'payload')?.type as Schema

  it('travels with the package', async () => {
    const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
      files: string[]
    }
    expect(manifest.files).toContain('schemas')
  })

  it('gives every enum a symbol for what a reader does not know', () => {
    const enums = readEmailReceivedSchema().match(/"type": "enum"/g) ?? []
    const defaults = readEmailReceivedSchema().match(/"default": "unknown"\s*\}/g) ?? []
    expect(enums).toHaveLength(3)
    expect(defaults.length).toBeGreaterThanOrEqual(3)
  })

  it('defaults every field that a mail may lack', () => {
    const required = payload.fields.filter((each) => each.default === undefined).map((each) => each.name)
    expect(required).toEqual(['received_at', 'raw_size', 'raw_sha256', 'raw_claim_check'])
  })
})
