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

describe('startRegistry', () => {
  it('JSON Schema and Protobuf are stored and compared by identity', async () => {
    const schemas = {
      JSON: ['{"type":"string"}', '{"type":"object"}'],
      PROTOBUF: ['message A { string x = 1; }', 'message A { int32 x = 1; }'],
    }
    for (const [schemaType, [first, second]] of Object.entries(schemas)) {
      const register = (schema: string | undefined): Promise<{ status: number; body: unknown }> =>
        ask('POST', `/subjects/${schemaType}/versions`, { schemaType, schema })
      const once = await register(first)
      expect(await register(first)).toEqual(once)
      const other = await register(second)
      expect(other.status).toBe(200)
      expect(other.body).not.toEqual(once.body)
    }
  })

  it('Associations, exporters and encryption keys are 404', async () => {
    for (const path of ['/associations/resources/-/orders', '/exporters', '/dek-registry/v1/keks'])
      expect(await ask('GET', path)).toMatchObject({ status: 404, body: { error_code: 404 } })
  })

  it('There is one context', async () => {
    await ask('POST', '/subjects/:.other:a/versions', { schema: '"int"' })
    expect((await ask('GET', '/contexts')).body).toEqual(['.'])
    expect((await ask('GET', '/subjects')).body).toEqual([':.other:a'])
  })

  it('`normalize=true` is ignored', async () => {
    const register = (schema: string): Promise<unknown> =>
      ask('POST', '/subjects/a/versions?normalize=true', { schema })
    expect(await register('{"type":"int","a":1,"b":2}')).toMatchObject({ body: { id: 1 } })
    expect(await register('{"type":"int","b":2,"a":1}')).toMatchObject({ body: { id: 2 } })
    expect(await register('{ "type": "int", "a": 1, "b": 2 }')).toMatchObject({ body: { id: 1 } })
  })

  it('Rule sets and metadata are kept and given out, and mean nothing', async () => {
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

  it('GUIDs are the same in every embedded registry', async () => {
    const register = async (url: string, subject: string, schema: string): Promise<unknown> => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ schema })
      await fetch(`${url}/subjects/${subject}/versions`, { method: 'POST', headers, body })
      return (await (await fetch(`${url}/subjects/${subject}/versions/1`)).json()) as unknown
    }
    await using other = await startRegistry()
    const { guid } = (await register(registry.url, 'a', '"int"')) as { guid: string }
    await register(other.url, 'first', '"long"')
    expect(await register(other.url, 'b', '"int"')).toMatchObject({ id: 2, guid })
    expect(guid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u)
  })
})
