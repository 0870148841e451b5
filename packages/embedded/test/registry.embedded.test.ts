import { readFileSync } from 'node:fs'
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startRegistry, type EmbeddedRegistry } from '../src/registry/registry.ts'

const record = (fields: object[], extra: object = {}): string =>
  JSON.stringify({ type: 'record', name: 'Order', namespace: 'shop', ...extra, fields })
const v1 = record([{ name: 'id', type: 'string' }])
const v2 = record([
  { name: 'id', type: 'string' },
  { name: 'note', type: 'string', default: '' },
])
const breaking = record([
  { name: 'id', type: 'string' },
  { name: 'total', type: 'int' },
])

let registry: EmbeddedRegistry
beforeEach(async () => {
  registry = await startRegistry()
})
afterEach(() => registry.close())

interface Answer {
  status: number
  body: never
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(registry.url + path, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as never }
}

const register = (subject: string, schema: string, extra: object = {}): Promise<Answer> =>
  ask('POST', `/subjects/${encodeURIComponent(subject)}/versions`, { schema, ...extra })

describe('startRegistry', () => {
  it('gives ids from 1, the same for the same schema under any subject, and no new version for it', async () => {
    expect(await register('a', v1)).toEqual({ status: 200, body: { id: 1 } })
    expect(await register('a', JSON.stringify(JSON.parse(v1), null, 2))).toEqual({
      status: 200,
      body: { id: 1 },
    })
    expect(await register('b', v1)).toEqual({ status: 200, body: { id: 1 } })
    expect(await register('a', v2)).toEqual({ status: 200, body: { id: 2 } })
    expect(await ask('GET', '/subjects')).toEqual({ status: 200, body: ['a', 'b'] })
    expect(await ask('GET', '/subjects/a/versions')).toEqual({ status: 200, body: [1, 2] })
    expect(await ask('GET', '/schemas/ids/1/versions')).toEqual({
      status: 200,
      body: [
        { subject: 'a', version: 1 },
        { subject: 'b', version: 1 },
      ],
    })
  })

  it('gives a version by number, by latest in any case, and by -1', async () => {
    await register('a', v1)
    await register('a', v2)
    const latest = { subject: 'a', version: 2, id: 2 }
    expect((await ask('GET', '/subjects/a/versions/1')).body).toMatchObject({ version: 1, id: 1 })
    for (const version of ['latest', 'LATEST', '-1', '2']) {
      expect((await ask('GET', `/subjects/a/versions/${version}`)).body).toMatchObject(latest)
    }
  })

  it('takes subjects with slashes, spaces and letters of any script', async () => {
    for (const subject of ['a/b', 'a b', 'é', '100%']) {
      expect((await register(subject, v1)).status).toBe(200)
      expect((await ask('GET', `/subjects/${encodeURIComponent(subject)}/versions`)).body).toEqual([1])
    }
  })

  it('refuses an incompatible schema in the words of a Confluent registry', async () => {
    await register('orders-value', v1)
    expect(await register('orders-value', breaking)).toEqual({
      status: 409,
      body: {
        error_code: 409,
        message:
          'Schema being registered is incompatible with an earlier schema for subject "orders-value", details: ' +
          "[{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'total' at path '/fields/1' in " +
          "the new schema has no default value and is missing in the old schema', additionalInfo:'total'}, " +
          `{oldSchemaVersion: 1}, {oldSchema: '{"type":"record","name":"Order","namespace":"shop","fields":` +
          `[{"name":"id","type":"string"}]}'}, {validateFields: 'false', compatibility: 'BACKWARD'}]`,
      },
    })
  })

  it('takes back an earlier schema without a check, and follows the level of the subject', async () => {
    await register('a', v1)
    await ask('PUT', '/config/a', { compatibility: 'none' })
    expect((await register('a', breaking)).body).toEqual({ id: 2 })
    await ask('PUT', '/config/a', { compatibility: 'FULL' })
    expect((await register('a', v1)).body).toEqual({ id: 1 })
    expect((await register('a', v2)).status).toBe(409)
  })

  it('compares a transitive level with every version', async () => {
    await ask('PUT', '/config', { compatibility: 'NONE' })
    await register('a', record([{ name: 'id', type: 'string' }]))
    await register('a', breaking)
    const next = record([
      { name: 'id', type: 'string' },
      { name: 'total', type: 'long' },
    ])
    await ask('PUT', '/config', { compatibility: 'BACKWARD_TRANSITIVE' })
    expect((await register('a', next)).status).toBe(409)
    await ask('PUT', '/config', { compatibility: 'BACKWARD' })
    expect((await register('a', next)).status).toBe(200)
  })

  it('resolves references, stores them and refuses to delete what they point to', async () => {
    const address =
      '{"type":"record","name":"Address","namespace":"shop","fields":[{"name":"city","type":"string"}]}'
    const order = record([{ name: 'to', type: 'Address' }])
    const references = [{ name: 'shop.Address', subject: 'address', version: 1 }]
    expect(await register('order', order, { references })).toMatchObject({
      status: 422,
      body: { error_code: 42201 },
    })
    await register('address', address)
    expect((await register('order', order, { references })).body).toEqual({ id: 2 })
    expect((await ask('GET', '/schemas/ids/2')).body).toMatchObject({ schema: order, references })
    expect((await ask('GET', '/subjects/address/versions/1/referencedby')).body).toEqual([2])
    expect((await ask('POST', '/subjects/order', { schema: order, references })).body).toMatchObject({
      version: 1,
    })
    expect(await ask('DELETE', '/subjects/address')).toMatchObject({
      status: 422,
      body: { error_code: 42206 },
    })
  })

  // It was kept as -1: what the schema means changed with the next version, and nothing stood in the way of a deletion.
  it('keeps a reference to the latest version as one to the version that it found', async () => {
    const address = (extra: string): string =>
      `{"type":"record","name":"Address","namespace":"shop","fields":[{"name":"city","type":"string"}${extra}]}`
    const order = record([{ name: 'to', type: 'Address' }])
    await register('address', address(''))
    await register('address', address(',{"name":"zip","type":"string","default":""}'))
    const reference = { name: 'shop.Address', subject: 'address' }
    const references = [{ ...reference, version: 2 }]
    expect(await register('order', order, { references: [{ ...reference, version: -1 }] })).toMatchObject({
      status: 200,
      body: { id: 3 },
    })
    expect((await ask('GET', '/schemas/ids/3')).body).toMatchObject({ references })
    expect((await ask('GET', '/subjects/address/versions/2/referencedby')).body).toEqual([3])
    expect((await register('order', order, { references })).body).toEqual({ id: 3 })
    expect(await ask('DELETE', '/subjects/address/versions/2')).toMatchObject({
      status: 422,
      body: { error_code: 42206 },
    })
  })

  const cases: [
    status: number,
    code: number,
    message: string | RegExp,
    method: string,
    path: string,
    body?: unknown,
  ][] = [
    [404, 40403, 'Schema 99 not found', 'GET', '/schemas/ids/99'],
    [404, 40401, "Subject 'x' not found.", 'GET', '/subjects/x/versions'],
    [404, 40401, "Subject 'x' not found.", 'GET', '/subjects/x/versions/latest'],
    [404, 40402, 'Version 9 not found.', 'GET', '/subjects/a/versions/9'],
    [422, 42202, /not a valid version id/, 'GET', '/subjects/a/versions/abc'],
    [422, 42202, /not a valid version id/, 'GET', '/subjects/a/versions/0'],
    [404, 40403, 'Schema not found', 'POST', '/subjects/a', { schema: '"string"' }],
    [422, 42201, /undefined name/, 'POST', '/subjects/a/versions', { schema: '"nope"' }],
    [422, 42201, 'Empty schema', 'POST', '/subjects/a/versions', {}],
    [422, 42208, /is not a valid/, 'POST', '/subjects/__GLOBAL/versions', { schema: '"int"' }],
    [404, 40408, /does not have subject-level compatibility/, 'GET', '/config/a'],
    [404, 40409, /does not have subject-level mode/, 'GET', '/mode/a'],
    [404, 40401, "Subject 'a' not found.", 'DELETE', '/config/a'],
    [422, 42203, /Invalid compatibility level/, 'PUT', '/config', { compatibility: 'SIDEWAYS' }],
    [422, 42204, /Invalid mode/, 'PUT', '/mode', { mode: 'UPSIDE' }],
    [404, 40402, 'Version 1 not found.', 'POST', '/compatibility/subjects/x/versions/1', { schema: '"int"' }],
    [404, 40405, /was not deleted first/, 'DELETE', '/subjects/a?permanent=true'],
    [404, 40407, /was not deleted first/, 'DELETE', '/subjects/a/versions/1?permanent=true'],
    [400, 400, /JSON/, 'POST', '/subjects/a/versions', '{"schema":'],
    [400, 400, /object is expected/, 'POST', '/subjects/a/versions', '[1]'],
    [404, 404, 'HTTP 404 Not Found', 'GET', '/nowhere'],
    [405, 405, 'HTTP 405 Method Not Allowed', 'PUT', '/subjects'],
  ]
  it.each(cases)('answers %i/%i %s to %s %s', async (status, code, message, method, path, body) => {
    await register('a', v1)
    const answer = await ask(method, path, body)
    expect(answer).toEqual({
      status,
      body: {
        error_code: code,
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      },
    })
  })

  it('keeps the id of a soft-deleted version, numbers on after it, and starts anew after a hard delete', async () => {
    await register('a', v1)
    expect((await ask('DELETE', '/subjects/a')).body).toEqual([1])
    expect(await ask('DELETE', '/subjects/a')).toMatchObject({ status: 404, body: { error_code: 40404 } })
    expect((await ask('GET', '/schemas/ids/1')).status).toBe(200)
    expect((await ask('GET', '/subjects/a/versions/1?deleted=true')).status).toBe(200)
    expect((await register('a', v1)).body).toEqual({ id: 1 })
    expect((await ask('GET', '/subjects/a/versions?deleted=true')).body).toEqual([2])
    await ask('DELETE', '/subjects/a/versions/latest')
    expect((await ask('DELETE', '/subjects/a?permanent=true')).body).toEqual([2])
    await register('a', v1)
    expect((await ask('GET', '/subjects/a/versions')).body).toEqual([1])
  })

  it('tells compatibility without registering, against one version or by the level', async () => {
    await register('a', v1)
    const verbose = await ask('POST', '/compatibility/subjects/a/versions/latest?verbose=true', {
      schema: breaking,
    })
    expect(verbose.body).toMatchObject({
      is_compatible: false,
      messages: [/total/, /oldSchemaVersion: 1/, /id/, /BACKWARD/].map((text) => expect.stringMatching(text)),
    })
    expect((await ask('POST', '/compatibility/subjects/a/versions', { schema: v2 })).body).toEqual({
      is_compatible: true,
    })
    expect((await ask('POST', '/compatibility/subjects/x/versions/latest', { schema: v2 })).body).toEqual({
      is_compatible: true,
    })
    expect(
      (await ask('POST', '/compatibility/subjects/a/versions/1?verbose=true', { schema: '"no"' })).body,
    ).toMatchObject({ is_compatible: false })
    expect((await ask('GET', '/subjects/a/versions')).body).toEqual([1])
  })

  it('refuses writes to a read-only subject and ids outside of an import', async () => {
    await register('a', v1)
    await ask('PUT', '/mode/a', { mode: 'READONLY' })
    expect(await register('a', v2)).toMatchObject({ status: 422, body: { error_code: 42205 } })
    expect(await ask('DELETE', '/subjects/a')).toMatchObject({ status: 422, body: { error_code: 42205 } })
    expect(await register('b', v1, { id: 7 })).toMatchObject({ status: 422, body: { error_code: 42205 } })
    await ask('PUT', '/mode/c', { mode: 'IMPORT' })
    expect((await register('c', v2, { id: 70, version: 5 })).body).toEqual({ id: 70 })
    expect((await ask('GET', '/subjects/c/versions')).body).toEqual([5])
  })

  it('wants the credentials it was given', async () => {
    await using locked = await startRegistry({ auth: { username: 'u', password: 'p' } })
    expect((await fetch(`${locked.url}/subjects`)).status).toBe(401)
    const authorization = `Basic ${btoa('u:p')}`
    expect((await fetch(`${locked.url}/subjects`, { headers: { authorization } })).status).toBe(200)
  })

  it('refuses a body above the limit and lives on', async () => {
    await using small = await startRegistry({ maxBodyBytes: 100 })
    const answer = await fetch(`${small.url}/subjects/a/versions`, {
      method: 'POST',
      body: 'x'.repeat(10_000),
    })
    expect(answer.status).toBe(413)
    expect((await fetch(`${small.url}/subjects`)).status).toBe(200)
  })

  it('rejects when the port is taken', async () => {
    await expect(startRegistry({ port: registry.port })).rejects.toThrow(/EADDRINUSE/)
  })

  it('closes with requests hanging, twice, and refuses afterwards', async () => {
    registry.faults.on('GET /subjects').hang()
    const hanging = fetch(`${registry.url}/subjects`).then(
      () => 'answered',
      () => 'cut',
    )
    await expect.poll(() => registry.journal.count('GET /subjects')).toBe(1)
    await Promise.all([registry.close(), registry.close()])
    expect(await hanging).toBe('cut')
    await expect(fetch(`${registry.url}/subjects`)).rejects.toThrow()
  })

  it('serves @kafkajs/confluent-schema-registry unchanged', async () => {
    const client = new SchemaRegistry({ host: registry.url })
    const schema = { type: SchemaType.AVRO, schema: v1 } as const
    const { id } = await client.register(schema, {
      subject: 'orders-value',
      compatibility: COMPATIBILITY.FULL,
    })
    expect(
      (await client.register(schema, { subject: 'orders-value', compatibility: COMPATIBILITY.FULL })).id,
    ).toBe(id)
    expect(await client.getLatestSchemaId('orders-value')).toBe(id)
    expect(await client.getRegistryIdBySchema('orders-value', schema)).toBe(id)
    expect(await client.getRegistryId('orders-value', 1)).toBe(id)
    expect({ ...(await client.decode(await client.encode(id, { id: 'o-1' }))) }).toEqual({ id: 'o-1' })
    expect((await ask('GET', '/config/orders-value')).body).toEqual({ compatibilityLevel: 'FULL' })
  })

  it('keeps requests and their answers in its journal', async () => {
    await register('a', v1)
    await ask('GET', '/schemas/ids/1')
    await ask('GET', '/schemas/ids/2')
    expect(registry.journal.count()).toBe(3)
    expect(registry.journal.entries('GET /schemas/ids/*').map(({ url, status }) => [url, status])).toEqual([
      ['/schemas/ids/1', 200],
      ['/schemas/ids/2', 404],
    ])
  })

  it('serves every route that its table names', async () => {
    const source = readFileSync(new URL('../src/registry/registry-routes.ts', import.meta.url), 'utf8')
    const routes = [...source.matchAll(/'([A-Z]+) (\/\S*)':/g)]
    expect(routes.length).toBeGreaterThan(25)
    for (const [, method, path] of routes) {
      const { status, body } = await ask(
        method!,
        path!.replaceAll(/:\w+/g, '1'),
        method === 'GET' || method === 'DELETE' ? undefined : {},
      )
      expect(status).not.toBe(405)
      expect((body as { error_code?: number } | null)?.error_code).not.toBe(404)
    }
  })
})
