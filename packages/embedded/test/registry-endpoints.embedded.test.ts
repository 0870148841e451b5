import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKafka } from '../src/index.ts'
import { startRegistry, type EmbeddedRegistry } from '../src/registry/registry.ts'

let registry: EmbeddedRegistry
beforeEach(async () => {
  registry = await startRegistry()
})
afterEach(() => registry.close())

interface Answer {
  readonly status: number
  readonly body: unknown
}

async function ask(method: string, path: string, body?: object, url: string = registry.url): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? '' : (JSON.parse(text) as unknown) }
}

const register = (subject: string, schema: string, extra: object = {}): Promise<Answer> =>
  ask('POST', `/subjects/${subject}/versions`, { schema, ...extra })
const error = (status: number, code: number): object => ({ status, body: { error_code: code } })

describe('startRegistry', () => {
  it('gives a schema one GUID wherever it stands, the same in another registry', async () => {
    await register('a', '"int"')
    await register('b', ' "int" ')
    await register('b2', '"long"')
    const { guid } = (await ask('GET', '/schemas/ids/1')).body as { guid: string }
    expect(guid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect((await ask('GET', '/subjects/b/versions/1')).body).toMatchObject({ guid })
    expect((await ask('GET', `/schemas/guids/${guid}`)).body).toEqual({ guid, schema: '"int"' })
    expect(await ask('GET', '/schemas/guids/none')).toMatchObject(error(404, 40403))
    await using other = await startRegistry()
    await ask('POST', '/subjects/x/versions', { schema: '"long"' }, other.url)
    await ask('POST', '/subjects/y/versions', { schema: '"int"' }, other.url)
    expect((await ask('GET', '/schemas/ids/2', undefined, other.url)).body).toMatchObject({ guid })
  })

  it('tells the highest id when it is asked to', async () => {
    await register('a', '"int"')
    await register('b', '"long"')
    expect((await ask('GET', '/schemas/ids/1?fetchMaxId=true')).body).toMatchObject({ maxId: 2 })
    expect((await ask('GET', '/schemas/ids/1')).body).not.toHaveProperty('maxId')
  })

  it('finds the newest version by its metadata', async () => {
    const metadata = (major: string): object => ({ metadata: { properties: { major, team: 'a' } } })
    await register('a', '"int"', metadata('1'))
    await register('a', '"int"', metadata('2'))
    await register('a', '"long"', metadata('2'))
    const find = (query: string): Promise<Answer> => ask('GET', `/subjects/a/metadata?${query}`)
    expect((await find('key=major&value=1')).body).toMatchObject({ version: 1 })
    expect((await find('key=team&value=a&key=major&value=2')).body).toMatchObject({ version: 3 })
    expect(await find('key=major&value=9')).toMatchObject(error(404, 40403))
    expect(await ask('GET', '/subjects/none/metadata')).toMatchObject(error(404, 40401))
    await ask('DELETE', '/subjects/a/versions/1')
    expect((await find('key=major&value=1')).status).toBe(404)
    expect((await find('key=major&value=1&deleted=true')).body).toMatchObject({ version: 1 })
  })

  it('knows one context and no associations', async () => {
    await register('a', '"int"')
    expect((await ask('GET', '/contexts')).body).toEqual(['.'])
    expect((await ask('GET', '/subjects?subjectPrefix=:*:')).body).toEqual(['a'])
    expect((await ask('GET', '/subjects?subjectPrefix=b')).body).toEqual([])
    expect((await ask('GET', '/associations/resources/-/orders?resourceType=topic')).status).toBe(404)
  })

  // Was a 500: the path was read as an address without a host.
  it('answers a path of slashes alone as it does the root', async () => {
    expect(await ask('GET', '//')).toEqual({ status: 200, body: {} })
  })

  it('lists soft-deleted versions with a minus sign when it is asked to', async () => {
    await register('a', '"int"')
    await register('a', '"long"')
    await ask('DELETE', '/subjects/a/versions/1')
    expect((await ask('GET', '/subjects/a/versions?deletedAsNegative=true')).body).toEqual([-1, 2])
    expect((await ask('GET', '/subjects/a/versions?deletedOnly=true')).body).toEqual([1])
  })

  it('forgets the id of a schema that was deleted for good everywhere', async () => {
    await register('a', '"int"')
    await register('b', '"int"')
    const remove = async (subject: string): Promise<void> => {
      await ask('DELETE', `/subjects/${subject}`)
      await ask('DELETE', `/subjects/${subject}?permanent=true`)
    }
    await remove('a')
    expect((await ask('GET', '/schemas/ids/1')).status).toBe(200)
    await remove('b')
    expect(await ask('GET', '/schemas/ids/1')).toMatchObject(error(404, 40403))
    expect((await register('a', '"int"')).body).toEqual({ id: 2 })
  })

  it('keeps JSON schemas without white space and Protobuf as it was sent, and tells them apart by that', async () => {
    const json = { schemaType: 'JSON' }
    expect(
      (await register('j', '{ "title": "a \\" b",\n "2": 9007199254740993, "1": 1 }', json)).body,
    ).toEqual({
      id: 1,
    })
    expect((await register('j', '{"title":"a \\" b","2":9007199254740993,"1":1}', json)).body).toEqual({
      id: 1,
    })
    expect((await ask('GET', '/schemas/ids/1')).body).toMatchObject({
      schemaType: 'JSON',
      schema: '{"title":"a \\" b","2":9007199254740993,"1":1}',
    })
    expect((await register('j', '{"title":"b"}', json)).body).toEqual({ id: 2 })
    const proto = 'syntax = "proto3";\nmessage A { string x = 1; }'
    await register('p', proto, { schemaType: 'PROTOBUF' })
    expect((await ask('GET', '/subjects/p/versions/1')).body).toMatchObject({
      schemaType: 'PROTOBUF',
      schema: proto,
    })
    expect(await register('p', '"int"')).toMatchObject(error(409, 409))
  })

  it.each(['{"type":', '[1]', '"text"', 'null'])('refuses %s as a JSON schema', async (schema) => {
    expect(await register('j', schema, { schemaType: 'JSON' })).toMatchObject(error(422, 42201))
  })

  it('wants the bearer token that it was given', async () => {
    await using locked = await startRegistry({ auth: { token: 't-1' } })
    const get = (authorization: string): Promise<Response> =>
      fetch(`${locked.url}/subjects`, { headers: { authorization } })
    expect((await get('Bearer t-2')).status).toBe(401)
    expect((await get('Bearer t-1')).status).toBe(200)
  })

  it('is set up through startKafka as well', async () => {
    await using kafka = await startKafka({ registry: { auth: { token: 't-1' } } })
    expect((await fetch(`${kafka.registryUrl}/subjects`)).status).toBe(401)
  })

  it('refuses to change levels while the whole registry is read-only', async () => {
    await ask('PUT', '/mode', { mode: 'READONLY' })
    expect(await ask('PUT', '/config', { compatibility: 'NONE' })).toMatchObject(error(422, 42205))
    expect(await ask('DELETE', '/config')).toMatchObject(error(422, 42205))
    await ask('PUT', '/mode', { mode: 'READWRITE' })
    expect((await ask('GET', '/config')).body).toEqual({ compatibilityLevel: 'BACKWARD' })
  })

  it('takes a name before its definition and gives out a text that every parser reads', async () => {
    const inner = '{"type":"record","name":"B","fields":[]}'
    const text = (first: string, second: string): string =>
      `{"type":"record","name":"A","fields":[{"name":"x","type":${first}},{"name":"y","type":${second}}]}`
    await register('a', text('"B"', inner))
    expect((await ask('GET', '/subjects/a/versions/1')).body).toMatchObject({ schema: text(inner, '"B"') })
  })

  it('answers in the manner of Apicurio where it is told to', async () => {
    await using quirky = await startRegistry({ dialect: 'apicurio' })
    const put = (method: string, path: string, body?: object): Promise<Answer> =>
      ask(method, path, body, quirky.url)
    expect(await put('GET', '/config/a')).toMatchObject(error(404, 40401))
    await put('POST', '/subjects/a/versions', { schema: '"int"' })
    expect(await put('GET', '/config/a')).toEqual({ status: 200, body: { compatibilityLevel: 'NONE' } })
    expect(await put('DELETE', '/subjects/a?permanent=true')).toMatchObject(error(409, 40405))
    expect(await put('GET', '/nowhere')).toEqual({ status: 404, body: '' })
    expect(await put('PUT', '/subjects')).toEqual({ status: 405, body: '' })
    expect(await put('POST', '/subjects/a/versions', { schema: '"string"' })).toMatchObject(error(409, 409))
  })
})
