import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startRegistry, type EmbeddedRegistry } from '../src/registry/registry.ts'

let registry: EmbeddedRegistry
beforeEach(async () => {
  registry = await startRegistry()
})
afterEach(() => registry.close())

async function ask(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(registry.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

// One test a line of UNSUPPORTED.md.
describe('startRegistry', () => {
  it.each([
    ['JSON', '{"type":"string"}', '{"type":"object"}'],
    ['PROTOBUF', 'message A { string x = 1; }', 'message A { int32 x = 1; }'],
  ])('takes any other schema of type %s', async (schemaType, first, second) => {
    await ask('POST', '/subjects/a/versions', { schemaType, schema: first })
    const again = await ask('POST', '/subjects/a/versions', { schemaType, schema: second })
    expect(again).toEqual({ status: 200, body: { id: 2 } })
  })

  it.each(['/associations/resources/-/orders', '/exporters', '/dek-registry/v1/keks'])(
    'answers 404 to %s',
    async (path) => {
      expect(await ask('GET', path)).toMatchObject({ status: 404, body: { error_code: 404 } })
    },
  )

  it('takes a context for a part of the subject’s name', async () => {
    await ask('POST', '/subjects/:.other:a/versions', { schema: '"int"' })
    expect((await ask('GET', '/contexts')).body).toEqual(['.'])
    expect((await ask('GET', '/subjects')).body).toEqual([':.other:a'])
  })

  it('does not normalize', async () => {
    const register = (schema: string): Promise<unknown> =>
      ask('POST', '/subjects/a/versions?normalize=true', { schema })
    expect(await register('{"type":"int","a":1,"b":2}')).toMatchObject({ body: { id: 1 } })
    expect(await register('{"type":"int","b":2,"a":1}')).toMatchObject({ body: { id: 2 } })
  })

  it('keeps rule sets and metadata, and compares across compatibility groups', async () => {
    const extra = (major: string): object => ({
      metadata: { properties: { major } },
      ruleSet: { domainRules: [{ name: 'never', kind: 'CONDITION', type: 'CEL', expr: 'false' }] },
    })
    await ask('PUT', '/config/a', { compatibility: 'BACKWARD', compatibilityGroup: 'major' })
    await ask('POST', '/subjects/a/versions', { schema: '"int"', ...extra('1') })
    expect((await ask('GET', '/subjects/a/versions/1')).body).toMatchObject(extra('1'))
    const next = await ask('POST', '/subjects/a/versions', { schema: '"string"', ...extra('2') })
    expect(next.status).toBe(409)
  })
})
